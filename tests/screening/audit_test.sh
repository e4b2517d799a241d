#!/bin/bash
# The verb audit as a user meets it. The log is made here with printf and sha256sum, so that its form is written down twice.
#   audit_test.sh DIGITALIS SOURCE_FOLDER
set -u
digitalis=$1 source=$2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0
failed() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }

# says CODE TEXT ARGUMENT...: audit ends with CODE and its first line on either stream is TEXT ('*' at its end: begins with it)
says() {
  local code=$1 text=$2; shift 2
  timeout 60 "$digitalis" audit "$@" >out 2>&1
  local got=$? line
  line=$(head -n 1 out)
  [ "$got" = "$code" ] || failed "audit $*: exit code $got instead of $code: $(cat out)"
  # shellcheck disable=SC2053
  [[ "$line" == $text ]] || failed "audit $*: said '$line' instead of '$text'"
}

sha() { sha256sum | cut -d ' ' -f 1; }
binary() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }
zeros=$(printf '0%.0s' {1..64})
agreement=$source/screening/governance/agreement.example.json
pin=$(sha <"$agreement")

# record SEQ PREV REST-BEFORE-PREV REST-AFTER: one line; its hash lands in $hash
record() {
  local before=$1 after=$2
  hash=$( { printf '\0'; printf '%s' "{$before,$after}"; } | sha)
  printf '{%s,"hash":"%s",%s}\n' "$before" "$hash" "$after"
}
gate() {  # gate SEQ PREV CAMPAIGN
  record '"actor":{"role":"submitter","uid":1000},"agreement":{"id":"DSA-2026-017","sha256":"'"$pin"'"},"campaign_id":"'"$3"'","decision":"allow","event":"gate.allow"' \
    '"moment":"submit","nhs_informed":true,"prev":"'"$2"'","seq":'"$1"',"time_utc":"2026-05-0'"$1"'T10:00:00Z"'
}
gate 1 "$zeros" one >line1; first=$hash
gate 2 "$first" two >line2; second=$hash
cat line1 line2 >log
root=$( { printf '\1'; binary "$first"; binary "$second"; } | sha)
printf '{"bytes":%d,"count":2,"frontier":["%s"],"hash":"%s","root":"%s"}\n' "$(stat -c %s log)" "$root" "$second" "$root" >log.head

says 0 'log: 2 records, each follows the one before it' verify log
grep -qx "head: 2 $second" out && grep -qx "root: $root" out || failed "verify: another head or root: $(cat out)"
says 0 'note: the first 1 records are those of the head given' verify log --head "$first"
says 0 'note: the first 2 records are those of the head given' verify log --head "2 $second"
says 1 'BROKEN: no record has the hash of the head given*' verify log --head "$zeros"

# --- tampering: each found and named ------------------------------------------------------------------------------------
# tampered TEXT COMMAND...: on a copy of the log
tampered() {
  local text=$1; shift
  cp log copy; cp log.head copy.head
  "$@"
  says 1 "BROKEN: $text" verify copy
}
tampered 'record 1 (line 1): its content does not match its hash: it was changed after it was written' sed -i '1s/one/two/' copy
tampered "record 2 is missing: the log's head counts 2, the log ends after 1" sed -i '$d' copy
tampered 'records 1 and 2 are swapped (line 1)' sed -i '1{h;d};2{p;x}' copy
tampered 'record 2 (line 2) is cut off after 100 bytes: the file was truncated' truncate -s $(($(stat -c %s line1) + 100)) copy
tampered '*.head is missing: whether records are missing at the end cannot be seen*' rm copy.head
sed '$d' log >short; cp log.head short.head
says 0 'head: 2 *' repair short
says 0 'note: record 2 repaired the log at *: a person went on although the head counted 2 records' verify short

# --- export ---------------------------------------------------------------------------------------------------------------
says 0 'project_id,agreement_id,agreement_sha256,dsa_start_date,dsa_end_date,*' export log --agreement "$agreement"
[ "$(cut -d , -f 1-5 out | tail -n 2)" = "one,DSA-2026-017,$pin,2026-04-01,2027-03-31
two,DSA-2026-017,$pin,2026-04-01,2027-03-31" ] || failed "register: $(cat out)"
says 2 'error: the log holds no finished run; hint: give the log of a run that came to its end' export log

# --- one chunk of a run ---------------------------------------------------------------------------------------------------
echo 'CCO ethanol' >library.smi
printf '[campaign]\nname = "c"\n[library]\nfiles = ["library.smi"]\n[[targets]]\nname = "T"\nactives = ["CCN"]\n' >campaign.toml
"$digitalis" screen campaign.toml --out run -q >/dev/null || failed "cannot screen"
"${MPIEXEC:-mpirun}" -n 2 "$digitalis" screen campaign.toml --out run2 -q >/dev/null 2>&1 || failed "cannot screen on two ranks"
[ "$("$digitalis" audit prove run --stage 1 --chunk 0)" = "$("$digitalis" audit prove run2 --stage 1 --chunk 0)" ] || failed "two ranks have another root"
"$digitalis" audit prove run --stage 1 --chunk 0 --payload chunk -o proof.json 2>/dev/null || failed "cannot prove"
says 0 'chunk 0 of stage 1 is one of the 1 that root *' check proof.json --payload chunk \
  --root "$(sed -n 's/.*"root": "\(.*\)",*/\1/p' proof.json)"
says 1 'BROKEN: the proof leads to *' check proof.json --root "$zeros"
sed 's/"chunk": 0/"chunk": 1/' proof.json >other.json
says 2 "error: proof: the chunk's path does not lead to the root that the proof states" check other.json --root "$zeros"
says 2 'error: stage 9 has no finished chunk 0; hint: both count from 0*' prove run --stage 9 --chunk 0

# --- wrong requests -------------------------------------------------------------------------------------------------------
says 2 "error: audit: unknown action 'verfy'; hint: did you mean 'verify'?" verfy log
says 2 'error: missing: no audit log; hint: give LOG, or a run directory that holds audit.jsonl' verify missing
says 2 "error: --head 12: neither a hash nor a file; hint: *" verify log --head 12
says 2 'error: what should the proof be held against? hint: --log LOG, or --root HASH' check proof.json

[ $failures -eq 0 ] && echo "every tampering was named"
exit $((failures > 0))
