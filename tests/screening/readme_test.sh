#!/bin/bash
# readme_test.sh PROGRAM README DEMO: runs the campaign and the commands that the README shows, as they stand there.
set -euo pipefail
program=$1 readme=$2 demo=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir bin && ln -s "$program" bin/digitalis
PATH=$scratch/bin:$PATH

# What the README's campaign names: a library and known actives.
awk 'NR <= 600 { print $1, "N" $2 }' /usr/share/RDKit/Data/NCI/first_5K.smi | gzip > library.smi.gz
awk 'NR > 500 && NR <= 800 { print $1, "N" $2 }' /usr/share/RDKit/Data/NCI/first_5K.smi | gzip > more.smi.gz
printf '%s\n' 'Nc1c2CCCCc2nc2ccccc12 tacrine' 'COc1cc2c(cc1OC)C(=O)C(CC1CCN(Cc3ccccc3)CC1)C2 donepezil' > known.smi
head -n 3 /usr/share/RDKit/Data/NCI/first_5K.smi > ligands.smi
cp /usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb protein.pdb
# The demo's campaign with outcome tables, on a smaller library.
cp "$demo"/{outcomes.csv,outcomes.meta.json,prevalence.csv,prevalence.meta.json,disease_map.csv,evidence.tsv,open_data.json,inhibitors_*.smi} .
sed 's|"/usr/share/RDKit/Data/NCI/first_5K.smi"|"library.smi.gz"|' "$demo/patients.toml" > patients.toml
awk '/^```/ { inside = $0 == "```toml"; next } inside' "$readme" > campaign.toml

awk '/^```/ { inside = $0 == "```bash"; next } inside && /^(digitalis|mpirun|srun) /' "$readme" > commands
[ "$(wc -l < commands)" -ge 4 ] || { echo "the README shows too few commands"; exit 1; }
while IFS= read -r command; do
  echo "\$ $command"
  eval "$command" < /dev/null
done < commands

# What the README says comes out.
for file in hits.csv hits.sdf.gz rejects.csv report.html results.sqlite manifest.json run.log campaign.toml; do
  [ -s run/$file ] || { echo "run/$file is missing"; exit 1; }
done
grep -q '^place,compound_id,smiles,score,similarity_AURKA,' run/hits.csv || { echo "hits.csv begins otherwise"; exit 1; }
grep -q '^\$\$\$\$' picks.sdf
grep -q '<affinity_kcal_mol>' poses.sdf
grep -q '"_type": "https://in-toto.io/Statement/v1"' weighed.intoto.json
grep -q ',open-data-demo,' register.csv
echo "all commands of the README work"
