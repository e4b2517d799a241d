#!/bin/bash
# requeue_test.sh PROGRAM: a job that is requeued, preempted, comes to its time limit, is cancelled and resumed, or lives through a restart of
# slurmctld. Each ends with the bytes of an undisturbed run, after nothing or one command.
. "$(dirname "$0")/common.sh"
library "$scratch" 4
DOCK=200 reference
cluster_up 4

submit restart --nodes 2
in_the_middle prepare
restart_slurmctld
finishes "slurmctld restarted"

submit requeue --nodes 2
in_the_middle dock
on_head scontrol requeue "$job"
finishes "scontrol requeue"

submit preempted --nodes 4 --partition low
in_the_middle prepare
on_head sbatch --quiet --parsable --partition=main --nodes=4 --exclusive --output=/dev/null --wrap='srun sleep 3' >/dev/null
until_true 60 job_is PENDING || fail "the job is not preempted"
finishes "preempted by a job of a higher partition"

submit cancelled --nodes 2
in_the_middle dock
began=$(now_ms)
digitalis cancel "$run" >/dev/null || fail "cancel"
until_true 120 has_ended || fail "a cancelled job does not end"
echo "cancelled: ended after $(($(now_ms) - began)) ms"
[ ! -e "$run/hits.csv" ] || fail "cancelled too late to show anything"
[ "$(on_head squeue --noheader --format=%i)" = "" ] || fail "a cancelled job requeued itself"
digitalis resume "$run" --nodes 3 >"$scratch/said" || fail "resume"
job=$(sed -n 's/^submitted job \([0-9]*\)$/\1/p' "$scratch/said")
finishes "cancelled, resumed on 3 nodes"

submit cancelled-now --nodes 2
in_the_middle prepare
digitalis cancel "$run" --now >/dev/null || fail "cancel --now"
until_true 60 job_is CANCELLED || fail "a job that was cancelled at once is $(job_state)"
digitalis resume "$run" >"$scratch/said" || fail "resume"
job=$(sed -n 's/^submitted job \([0-9]*\)$/\1/p' "$scratch/said")
finishes "cancelled at once, resumed"
