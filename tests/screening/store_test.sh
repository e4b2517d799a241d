#!/bin/bash
# store_test.sh PROGRAM: a store as its keeper meets it: appended to, searched and screened over its generations, verified, damaged, rescued.
. "$(dirname "$0")/common.sh"
run() { "$program" "$@" >stdout 2>stderr; }

nci=${RDKIT_SHARE:-/usr/share/RDKit}/Data/NCI/first_5K.smi
awk 'NR <= 700 { print $1, "N" $2 }' "$nci" >first.smi
awk 'NR > 600 && NR <= 1200 { print $1, "N" $2 }' "$nci" >second.smi
awk 'NR > 1100 && NR <= 1300 { print $1, "N" $2 }' "$nci" >third.smi
awk 'NR % 100 == 0' first.smi second.smi >queries.smi

# --- appending: what came before is left out; the store is that of all libraries at once, but for what the generations' files are called
run prepare first.smi -o store -q || fail "prepare"
run prepare second.smi --append store -q || fail "append"
grep -q '^store: [0-9]* compounds in 2 generations, digest [0-9a-f]\{32\}$' stdout || fail "does not say what the store holds now: $(cat stdout)"
grep -q 'same compound as N[0-9]* (first.smi:[0-9]*)' store/generation-2/rejects.csv || fail "no duplicate of the first library"
run prepare third.smi --append store -q || fail "append again"
run prepare third.smi --append store -q || fail "append what is there"
run prepare first.smi second.smi third.smi -o at_once -q || fail "at once"
for search in '--query queries.smi --threshold 0.35' '--query queries.smi --top 9' '--substructure c1ccccc1C(=O)[OX2H1]'; do
  run search at_once $search -q && mv stdout expected
  run search store $search -q || fail "search $search"
  cmp -s expected stdout || fail "search $search finds otherwise than in one generation"
  run search store $search -q -t 1 && cmp -s expected stdout || fail "search $search, again on one thread"
done
[ -s store/search.index ] && [ -s store/generation-3/search.index ] || fail "not every generation has its index"
for which in store at_once; do
  cat >$which.toml <<TOML
[campaign]
name = "$which"
seed = 3
[library]
store = "$which"
[filters]
mw = [100, 400]
[[targets]]
name = "T"
actives = ["queries.smi"]
TOML
  run screen $which.toml --out run_$which -q || fail "screen $which"
  cut -d, -f1-4 run_$which/hits.csv >$which.hits
done
cmp -s store.hits at_once.hits || fail "other hits than in one generation"
mkdir local
run screen store.toml --out run_local -q --scratch local && cmp -s run_store/hits.csv run_local/hits.csv || fail "from a copy of the store"
head -n 400 second.smi | sed 's/ N/ M/' | awk '{ print "CCCC" $1, $2 }' >fourth.smi
cp -r store longer && run prepare fourth.smi --append longer -q || fail "append to a copy"
mv store aside && mv longer store
python3 -c 'import json; m = json.load(open("run_store/manifest.json")); del m["results"]; json.dump(m, open("run_store/manifest.json", "w"))'
run screen store.toml --out run_store -q && fail "a run went on with another store"
[ -s stderr ] && grep -q '^error: .*the library' stderr || fail "does not say that the library differs"
mv store longer && mv aside store

# --- verifying
run prepare --verify store || fail "a whole store is called damaged"
grep -q '^store: whole; [0-9.]* MB read in [0-9.]* s ([0-9]* MB/s)$' stdout && grep -q '^  generation-3/keys.bin, ' stdout && grep -q '^- fingerprint  *[0-9,]*  *[0-9.]*$' stdout || fail "verify says otherwise: $(cat stdout)"
printf X | dd of=store/generation-2/compounds.bin bs=1 seek=20000 conv=notrunc status=none
run prepare --verify store
[ $? = 1 ] && grep -q '^error: store/generation-2/compounds.bin: chunk [0-9]* of 3 does not match its checksum; hint: copy or prepare the store again, or save the rest' stderr || fail "a damaged chunk is not named"
run search store --substructure C -q
[ $? = 1 ] && grep -q '^error: store/generation-2/compounds.bin: chunk ' stderr || fail "search goes on over a damaged chunk"

# --- rescuing
run prepare --rescue store -o saved || fail "rescue"
grep -q '^saved: [0-9,]* compounds of store; lost are [0-9]* in 1 damaged chunks, see saved/rejects.csv$' stdout || fail "rescue says otherwise: $(cat stdout)"
grep -q '^store,,,rescue,damaged,[0-9]* compounds of the damaged chunk [0-9]*,prepare the library again$' saved/rejects.csv || fail "what is lost is not among the rejects"
run search saved --query queries.smi --top 3 -q || fail "search in what was saved"
run prepare --verify saved || fail "what was saved is not whole"
run prepare fourth.smi --append saved -q
[ $? = 2 ] && grep -q '^error: saved: was saved from a damaged store and has no keys' stderr || fail "append to a store without keys"

echo "$failures failures"
[ $failures -eq 0 ]
