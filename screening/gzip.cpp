#include "screening/gzip.hpp"

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>

namespace digitalis {

std::string gzip(std::string_view bytes) {
  namespace io = boost::iostreams;
  std::string out;
  io::filtering_ostream sink;
  sink.push(io::gzip_compressor{});
  sink.push(io::back_inserter(out));
  sink.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  io::close(sink);
  return out;
}

std::string gunzip(std::string_view bytes) {
  namespace io = boost::iostreams;
  std::string out;
  io::filtering_istream source;
  source.push(io::gzip_decompressor{});
  source.push(io::array_source{bytes.data(), bytes.size()});
  io::copy(source, io::back_inserter(out));
  return out;
}

}  // namespace digitalis
