#!/bin/bash
# prepare_kill_test.sh PROGRAM [KILLS]: `prepare`, then `prepare --append`, killed by SIGKILL at KILLS random moments in all (20), each time
# gone on with on another number of ranks: the same bytes as undisturbed, and a store that is being appended to reads as before.
. "$(dirname "$0")/common.sh"
kills=${2:-20}
seed=${SEED:-$(($(date +%s%N) / 1000 % 32768))}
RANDOM=$seed
echo "seed $seed"
NCI_LINES=1500 library "$scratch" 1
cd "$scratch" || exit 1
first=(nci.smi cdk2.smi)
more=(nci_again.smi.gz bzr.sdf)

# start RANKS STORE STEP: in the background, in a session of its own: $started leads it.
start() {
  local arguments=("${first[@]}" -o "$2")
  [ "$3" = append ] && arguments=("${more[@]}" --append "$2")
  setsid "${MPIEXEC:-mpirun}" --oversubscribe --bind-to none -n "$1" "$program" prepare "${arguments[@]}" --threads 1 -q >"$2.out" 2>&1 &
  started=$!
}
digest() { sed -n 's/^ *digest //p;s/.*, digest //p' "$1.out" | tail -n 1; }
# Each rank is its own process group under mpirun; all of them name the store.
ranks_of() { pgrep -f "^$program prepare .* $1 --threads 1 -q"; }

mkdir whole killed
began=$(now_ms)
for step in new append; do
  start 1 whole/store $step
  wait $started || { cat whole/store.out; fail "undisturbed: $step"; }
  [ $step = new ] && cp -r whole/store before
done
longest=$((($(now_ms) - began) / 2))

done_kills=0 rounds=0
while [ $done_kills -lt "$kills" ]; do
  store=killed/$rounds
  for step in new append; do
    for attempt in $(seq 1 21); do
      [ $attempt -le 20 ] || { cat $store.out >&2; fail "round $rounds: $step does not come to its end"; }
      start $((1 + (attempt + rounds) % 3)) $store $step
      if [ $attempt -le 4 ] && [ $done_kills -lt "$kills" ]; then
        sleep "$(awk -v ms=$((RANDOM % (longest + 200))) 'BEGIN { print ms / 1000 }')"
        ranks=$(ranks_of $store)
        if kill -0 $started 2>/dev/null && [ -n "$ranks" ]; then
          done_kills=$((done_kills + 1))
          # one rank, or all and the launcher
          if [ $((RANDOM % 2)) = 0 ]; then kill -KILL $(echo "$ranks" | shuf -n 1 --random-source=<(yes $RANDOM)) 2>/dev/null
          else kill -KILL $ranks $started 2>/dev/null; fi
        fi
      fi
      wait $started && break
      [ $step = append ] && for file in compounds.bin keys.bin manifest.json rejects.csv; do
        cmp -s before/$file $store/$file || fail "an append that was killed changed $file"
      done
    done
  done
  diff -r whole/store $store >&2 || fail "round $rounds: not the bytes of the undisturbed store"
  [ "$(digest whole/store)" = "$(digest $store)" ] || fail "round $rounds: another digest"
  rounds=$((rounds + 1))
done
"$program" prepare --verify killed/0 >/dev/null || fail "the store that was killed most is not whole"
echo "$done_kills kills in $rounds rounds of prepare and append: digest $(digest whole/store) each time"
