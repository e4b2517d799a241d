# Writes OUTPUT from INPUT with the commit of the source tree; run at every build, touches OUTPUT only when the commit changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
                OUTPUT_VARIABLE DIGITALIS_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT DIGITALIS_COMMIT)
  set(DIGITALIS_COMMIT "unknown")
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
