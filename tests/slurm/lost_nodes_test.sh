#!/bin/bash
# lost_nodes_test.sh PROGRAM: nodes that are powered off, cut off, or lose their slurmd while a campaign runs on them. Nobody does anything:
# the run ends with the bytes of an undisturbed one.
. "$(dirname "$0")/common.sh"
library "$scratch" 4
DOCK=200 reference
cluster_up 4

submit one-of-four --nodes 4
in_the_middle prepare
power_off n3
finishes "n3 powered off"
grep -q 'start 2 on 3 nodes' "$run"/*.log || grep -q 'lost' "$run/run.log" || fail "the job does not say that it lost a node"
start_node n3
until_true 60 all_idle || cluster_fails "n3 does not come back"

submit first-of-four --nodes 4
in_the_middle dock
power_off n1  # of the batch script, of srun, and of rank 0
until_true 180 job_is PENDING CONFIGURING || fail "the job is not requeued when the node of its script is lost"
start_node n1
finishes "n1, with the job's script and rank 0, powered off"

submit cut --nodes 4
in_the_middle dock
cut_network n4
finishes "n4 cut off from the network"
mend_network n4
until_true 60 all_idle || cluster_fails "n4 does not come back"

submit slurmd --nodes 2
in_the_middle prepare
kill_slurmd n2
sleep 3
start_slurmd n2
finishes "slurmd killed on n2 and started again"

submit slurmd-away --nodes 2
in_the_middle prepare
kill_slurmd n2
finishes "slurmd of n2 killed for good"
start_slurmd n2
until_true 60 all_idle || cluster_fails "n2 does not come back"

submit one-node --nodes 1
in_the_middle dock
node=$(on_head squeue --noheader --jobs="$job" --format=%N)
power_off "$node"
finishes "the only node of a job powered off"
start_node "$node"
until_true 60 all_idle || cluster_fails "$node does not come back"

printf '[slurm]\nlauncher = "mpirun"\n' >"$scratch/site.toml"
DIGITALIS_SITE=$scratch/site.toml submit mpirun --nodes 2
in_the_middle dock
power_off n2
finishes "n2 of a job under mpirun powered off"
