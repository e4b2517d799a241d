# Sourced by the tests of this folder: a throw-away Slurm cluster of N nodes on one machine.
#
# Every node, and the head node with slurmctld, is a set of namespaces of its own (network, host name, mounts, processes, IPC): a bridge
# inside the head's joins them, the machine's own network is untouched, and what runs on a node ends whole with its first process.
# That process ends with this shell, however this shell ends (setpriv --pdeathsig), so that nothing is ever left running.
# The file system is shared by all nodes but for /dev/shm, /proc, /sys and the scratch folder that a job finds in $TMPDIR.
# Partitions: main (default); low, which main preempts: its jobs are requeued.
#
#   cluster_up N [LINE...]    starts it, with these lines added to slurm.conf; ends the test (77: skipped, or 1) where that fails
#   on_head COMMAND...        on the head node
#   power_off NODE            its link goes silent, then all that runs on it ends
#   cut_network NODE          its link goes silent, what runs on it goes on and reaches the disk; mend_network NODE
#   kill_slurmd NODE          SIGKILL to slurmd alone: what the job runs there goes on
#   start_slurmd NODE         and again; start_node NODE boots a node that was powered off
#   fail_next_step            the launch of the next step of two tasks fails, as on a node that has only just come back
#   restart_slurmctld         TERM, and again, from its saved state
#   cluster_down
# shellcheck shell=bash
PATH=$PATH:/usr/sbin:/sbin
cluster= head_pid= head_unshare=
declare -A node_pid node_unshare

skip() { echo "skipped: $*"; exit 77; }
# until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}
in_node() { # PID COMMAND...
  local pid=$1
  shift
  nsenter -t "$pid" --net --uts --mount --pid --ipc -- env -C "$PWD" "SLURM_CONF=$cluster/slurm.conf" "$@"
}
on_head() { in_node "$head_pid" "$@"; }
cluster_logs() { tail -n 12 "$cluster"/log/* 2>/dev/null; }
cluster_fails() { echo "FAILED: the cluster: $*" >&2; cluster_logs >&2; exit 1; }

# What slurm.conf is made of that tests depend on: a node is down 10 to 30 s after it was powered off, a job that is ended has
# KillWait seconds between TERM and KILL, and a requeued one starts again cred_expire seconds later.
write_configuration() { # N LINE...
  local count=$1 i
  shift
  mkdir -p "$cluster"/{log,state,munge,spool,scratch,run}
  chmod 755 "$cluster" "$cluster/munge"
  (umask 077 && head -c 1024 /dev/urandom >"$cluster/munge/key")
  {
    echo "127.0.0.1 localhost"
    echo "10.78.0.250 head"
    for ((i = 1; i <= count; i++)); do echo "10.78.0.$i n$i"; done
  } >"$cluster/hosts"
  # Nothing here uses cgroups, but slurmd looks for their tree at start; a plugin that is named ends the search.
  local plugin=disabled
  [[ $(slurmd -V) == *\ 22.* ]] && plugin=cgroup/v1
  echo "CgroupPlugin=$plugin" >"$cluster/cgroup.conf"
  for script in prolog epilog task_prolog; do echo '#!/bin/sh' >"$cluster/$script"; done
  echo "mkdir -p -m 700 $cluster/scratch/job\$SLURM_JOB_ID" >>"$cluster/prolog"
  echo "rm -rf $cluster/scratch/job\$SLURM_JOB_ID" >>"$cluster/epilog"
  # shellcheck disable=SC2016
  echo '[ "${SLURM_STEP_NUM_TASKS:-}" != 2 ] || ! rm '"$cluster/task_prolog_fails"' 2>/dev/null || exit 1' >>"$cluster/task_prolog"
  echo "echo export TMPDIR=$cluster/scratch/job\$SLURM_JOB_ID" >>"$cluster/task_prolog"
  chmod 755 "$cluster"/{prolog,epilog,task_prolog}
  cat >"$cluster/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=head(10.78.0.250)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/socket,cred_expire=5
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool/%n
SlurmctldPidFile=$cluster/run/slurmctld.pid
SlurmdPidFile=$cluster/run/slurmd-%n.pid
SlurmctldLogFile=$cluster/log/slurmctld
SlurmdLogFile=$cluster/log/slurmd-%n
TmpFS=$cluster/scratch
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
PropagateResourceLimits=NONE
ReturnToService=2
SlurmdTimeout=10
KillWait=5
MessageTimeout=10
MinJobAge=3600
JobRequeue=1
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
Prolog=$cluster/prolog
Epilog=$cluster/epilog
TaskProlog=$cluster/task_prolog
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=off
PartitionName=low Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE
CONF
  for ((i = 1; i <= count; i++)); do
    echo "NodeName=n$i NodeAddr=10.78.0.$i CPUs=4 RealMemory=4000 State=UNKNOWN" >>"$cluster/slurm.conf"
    mkdir -p "$cluster/spool/n$i" "$cluster/private/n$i"
  done
  printf '%s\n' "$@" >>"$cluster/slurm.conf"
  # The first process of a node: makes the node, then reaps what is orphaned.
  cat >"$cluster/init" <<'INIT'
#!/bin/bash
name=$1 cluster=$2
set -e
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=1777,size=1g tmpfs /dev/shm
mount --bind "$cluster/hosts" /etc/hosts
hostname "$name"
ip link set lo up
if [ "$name" = head ]; then
  ip link add bridge type bridge
  ip link set bridge up
  ip addr add 10.78.0.250/24 dev bridge
else
  mount --bind "$cluster/private/$name" "$cluster/scratch"
fi
touch "$cluster/run/$name.booted"
set +e
trap : CHLD
while :; do sleep 1000 & wait; done
INIT
}

# boot NAME: $booted_pid is its first process, $booted_unshare the process that holds it. Not in a subshell: the node's life
# hangs on this shell's.
boot() {
  local name=$1
  rm -f "$cluster/run/$name.booted"
  setpriv --pdeathsig KILL unshare --net --uts --mount --pid --ipc --propagation private --fork --kill-child \
    bash "$cluster/init" "$name" "$cluster" </dev/null >>"$cluster/log/init-$name" 2>&1 &
  booted_unshare=$!
  until_true 20 test -e "$cluster/run/$name.booted" || cluster_fails "$name does not boot"
  booted_pid=$(pgrep -P $booted_unshare) || cluster_fails "$name ended at once"
}
# daemon PID NAME COMMAND...: in the background of a node
daemon() {
  local pid=$1 name=$2
  shift 2
  # shellcheck disable=SC2016
  in_node "$pid" setsid bash -c 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 &' _ "$cluster/log/$name.out" "$@"
}
fail_next_step() { : >"$cluster/task_prolog_fails"; }
start_slurmd() { daemon "${node_pid[$1]}" "slurmd-$1" slurmd -N "$1" -D; }
start_node() {
  local name=$1
  boot "$name"
  node_pid[$name]=$booted_pid node_unshare[$name]=$booted_unshare
  nsenter -t "$head_pid" --net ip link del "v$name" 2>/dev/null
  nsenter -t "$head_pid" --net ip link add "v$name" type veth peer name eth0 netns "$booted_pid" || cluster_fails "no link to $name"
  nsenter -t "$head_pid" --net ip link set "v$name" up master bridge
  in_node "$booted_pid" sh -c "ip link set eth0 up && ip addr add 10.78.0.${name#n}/24 dev eth0" || cluster_fails "no address for $name"
  start_slurmd "$name"
}
start_slurmctld() {
  daemon "$head_pid" slurmctld slurmctld -D
  until_true 30 sh -c "nsenter -t $head_pid --net --uts --mount --pid --ipc -- env SLURM_CONF=$cluster/slurm.conf scontrol ping | grep -q UP" ||
    cluster_fails "slurmctld does not start"
}
restart_slurmctld() {
  on_head pkill -TERM -x slurmctld
  until_true 20 on_head sh -c '! pgrep -x slurmctld' || cluster_fails "slurmctld does not end"
  start_slurmctld
}
kill_slurmd() { in_node "${node_pid[$1]}" pkill -KILL -x slurmd; }
cut_network() { nsenter -t "$head_pid" --net ip link set "v$1" down; }
mend_network() { nsenter -t "$head_pid" --net ip link set "v$1" up; }
power_off() {
  cut_network "$1"
  kill -KILL "${node_pid[$1]}" 2>/dev/null
  wait "${node_unshare[$1]}" 2>/dev/null
}
idle_nodes() { on_head sinfo -h -N -p main -o %T | grep -cx idle; }
all_idle() { [ "$(idle_nodes)" = "${#node_pid[@]}" ]; }

cluster_up() {
  local count=$1 i
  [ "$(id -u)" = 0 ] || skip "a cluster of namespaces needs root"
  for tool in slurmctld slurmd sbatch munged ip unshare nsenter setpriv pgrep; do
    command -v $tool >/dev/null || skip "$tool is not installed (Debian: slurmctld slurmd slurm-client munge libpmix2 iproute2 procps)"
  done
  unshare --net --uts --mount --pid --ipc --fork true 2>/dev/null || skip "this machine forbids namespaces"
  cluster=$(mktemp -d /tmp/digitalis-cluster.XXXXXX) || exit 1  # short: the names of sockets have a limit
  write_configuration "$@"
  boot head
  head_pid=$booted_pid head_unshare=$booted_unshare
  daemon "$head_pid" munged munged --foreground --force --key-file="$cluster/munge/key" --socket="$cluster/munge/socket" \
    --pid-file="$cluster/munge/pid" --log-file="$cluster/log/munged" --seed-file="$cluster/munge/seed"
  until_true 20 on_head sh -c "munge -S $cluster/munge/socket -n | unmunge -S $cluster/munge/socket" || cluster_fails "munged does not start"
  start_slurmctld
  for ((i = 1; i <= count; i++)); do start_node "n$i"; done
  until_true 40 all_idle || cluster_fails "its nodes do not become idle"
}
cluster_down() {
  local holder
  [ -n "$cluster" ] || return 0
  for holder in "${node_pid[@]}" "$head_pid"; do [ -n "$holder" ] && kill -KILL "$holder" 2>/dev/null; done
  for holder in "${node_unshare[@]}" "$head_unshare"; do [ -n "$holder" ] && wait "$holder" 2>/dev/null; done
  rm -rf --one-file-system "$cluster"
  cluster=
}
