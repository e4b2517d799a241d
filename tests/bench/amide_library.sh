#!/bin/bash
# amide_library.sh COUNT FILE.smi[.gz]...: a library of COUNT different records for scale tests, on standard output, made as vendors make theirs:
# carboxylic acids and primary amines of real compounds, every pair of them an amide. One record in a hundred is an earlier one
# under another ID. The same COUNT and files, the same bytes.
#
# It works on the text of canonical SMILES: an acid that ends in C(=O)O, without that O, followed by an amine that begins with
# NC, is the SMILES of their amide. Says on standard error how many of each there are.
set -eu
count=$1
shift
zcat -f -- "$@" | awk -v wanted="$count" '
  { s = $1 }
  length(s) > 60 || s ~ /[.*]/ { next }
  s ~ /C\(=O\)O$/ && !(s in acid_seen) { acid_seen[s]; acid[acids++] = substr(s, 1, length(s) - 1) }
  s ~ /^NC[^(]/ && !(s in amine_seen) { amine_seen[s]; amine[amines++] = s }
  END {
    print acids " acids, " amines " amines" > "/dev/stderr"
    pairs = acids * amines
    if (pairs < wanted) { print "that makes " pairs " pairs at most" > "/dev/stderr"; exit 1 }
    step = 7919                                   # a walk that meets every pair once where it shares no factor with their number
    while (shares_factor(step, pairs)) step += 2
    for (i = 0; i < wanted; ++i) {
      k = (i % 100 == 99) ? i - 50 : i
      at = (k * step) % pairs
      print acid[at % acids] amine[int(at / acids)], "A" i + 1
    }
  }
  function shares_factor(a, b,  t) { while (b) { t = a % b; a = b; b = t } return a != 1 }'
