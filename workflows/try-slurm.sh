#!/bin/sh
# Tries the Snakefile on this machine: once with local jobs, once on a SLURM of one node, and compares both with a
# single run. Needs root, snakemake 7, slurm-wlm and munge (all in Debian), and a folder of images.
#
#   sh workflows/try-slurm.sh IMAGES MODEL.lacss OUTPUT
set -eu
images=$(realpath "$1") model=$(realpath "$2") mkdir_out=$(mkdir -p "$3" && realpath "$3")
here=$(cd "$(dirname "$0")/.." && pwd)
out=$mkdir_out
lacss="node $here/build/lacss.js"
host=$(hostname -s)

time_of() { # NAME COMMAND...: runs a command and prints its seconds
  name=$1; shift
  begin=$(date +%s)
  "$@" > "$out/$name.log" 2>&1 || { tail -20 "$out/$name.log"; exit 1; }
  echo "$name: $(($(date +%s) - begin)) s"
}

mkdir -p /run/munge /var/spool/slurmctld /var/spool/slurmd "$out"
cat > /etc/slurm/slurm.conf <<CONF
ClusterName=try
SlurmctldHost=$host
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmUser=root
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
ReturnToService=2
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
chown munge /run/munge /etc/munge/munge.key
pgrep munged > /dev/null || runuser -u munge -- munged
pgrep slurmctld > /dev/null || slurmctld
pgrep slurmd > /dev/null || slurmd
sinfo

set -- --snakefile "$here/workflows/Snakefile" --config "lacss=$lacss" "images=$images" "model=$model" parts=4
time_of single $lacss segment "$images" --model "$model" --output "$out/found-single" --quiet
(cd "$out" && time_of local snakemake --cores 2 "$@" threads=1 "output=$out/found-local")
(cd "$out" && time_of slurm snakemake --jobs 4 --cluster 'sbatch --cpus-per-task={threads}' "$@" threads=1 "output=$out/found-slurm")
for kind in local slurm; do
  diff -r --exclude=.snakemake-parts --exclude=lacss-segmentation.json "$out/found-single" "$out/found-$kind"
  echo "$kind: same label images and tables as the single run"
done
pkill slurmd; pkill slurmctld; pkill munged
