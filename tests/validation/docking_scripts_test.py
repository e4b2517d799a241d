#!/usr/bin/python3
"""Tests of check_poses.py, docking_runs.py and docking_statistics.py: by molecules made here that break one thing each, and,
where DIGITALIS_DATA has them, by the examples of PoseBusters. Exit code 77 is a skip (no RDKit)."""

import os
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import numpy
    from rdkit import Chem, RDLogger
    from rdkit.Chem import AllChem
except ImportError as error:
    print(f"skipped: {error}; hint: apt-get install python3-rdkit")
    sys.exit(77)

import check_poses
import docking_runs as runs
import docking_statistics as statistics

EXAMPLES = Path(os.environ.get("DIGITALIS_DATA", "/nonexistent")) / "posebusters-examples"
RDLogger.DisableLog("rdApp.*")


def made(smiles):
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(molecule, randomSeed=7)
    AllChem.UFFOptimizeMolecule(molecule, maxIters=1000)
    return molecule


def moved(molecule, change):
    """A copy with its positions changed by a function of the array of positions."""
    copy = Chem.Mol(molecule)
    positions = change(copy.GetConformer().GetPositions())
    for i, position in enumerate(positions):
        copy.GetConformer().SetAtomPosition(i, [float(x) for x in position])
    return copy


def failing(molecule, **more):
    return {check for check, value in check_poses.check_pose(molecule, conformers=10, **more).items() if value is False}


class ReceptorOf:
    """Atoms of carbon at given places."""

    def __init__(self, positions, ion=False):
        self.positions = numpy.array(positions, float)
        self.vdw, self.covalent = numpy.full(len(positions), 1.7), numpy.full(len(positions), 0.76)
        self.ion = numpy.full(len(positions), ion)

    near = check_poses.Receptor.near


class Poses(unittest.TestCase):
    def setUp(self):
        self.phenylalanine = made("N[C@@H](Cc1ccccc1)C(=O)O")

    def test_a_relaxed_molecule_passes(self):
        self.assertEqual(failing(self.phenylalanine, reference=self.phenylalanine), set())

    def test_a_mirror_image_loses_its_stereo_and_nothing_else(self):
        mirrored = moved(self.phenylalanine, lambda xyz: xyz * [-1, 1, 1])
        self.assertEqual(failing(mirrored, reference=self.phenylalanine), {"stereo_kept"})

    def test_other_charges_are_no_loss_of_stereo(self):
        self.assertEqual(failing(self.phenylalanine, reference=made("[NH3+][C@@H](Cc1ccccc1)C(=O)[O-]")), set())

    def test_another_molecule_is_noticed(self):
        self.assertIn("same_molecule", failing(made("CCO"), reference=made("CCN")))

    def test_a_cis_bond_that_became_trans_is_noticed(self):
        self.assertEqual(failing(made("C/C=C/C"), reference=made("C/C=C\\C")), {"stereo_kept"})

    def test_a_stretched_bond_is_noticed(self):
        def stretch(xyz):
            xyz[0] += 0.6 * (xyz[0] - xyz[1])  # the amine's nitrogen away from its carbon
            return xyz
        self.assertIn("bond_lengths", failing(moved(self.phenylalanine, stretch)))

    def test_a_folded_ring_is_noticed(self):
        def fold(xyz):
            xyz[6] += [0, 0, 0.9]
            xyz[5] += [0, 0, 0.6]
            return xyz
        benzene_up = made("c1ccccc1CC")

        def lay_down(xyz):
            xyz -= xyz[:6].mean(axis=0)
            return xyz @ numpy.linalg.svd(xyz[:6])[2].T
        flat = moved(benzene_up, lay_down)
        self.assertIn("flat_rings", failing(moved(flat, fold)))

    def test_a_twisted_double_bond_is_noticed(self):
        twisted = made("CC(C)=C(C)C")
        axis = twisted.GetConformer().GetPositions()

        def twist(xyz):
            unit = (axis[3] - axis[1]) / numpy.linalg.norm(axis[3] - axis[1])
            for i in range(len(xyz)):  # a right angle for what is nearer to the second carbon
                if numpy.linalg.norm(xyz[i] - axis[3]) < numpy.linalg.norm(xyz[i] - axis[1]):
                    from_axis = xyz[i] - axis[3]
                    along = unit * (unit @ from_axis)
                    xyz[i] = axis[3] + along + numpy.cross(unit, from_axis)
            return xyz
        self.assertIn("flat_double_bonds", failing(moved(twisted, twist)))

    def test_atoms_inside_each_other_are_noticed_by_distance_and_energy(self):
        hexane = made("CCCCCCCC")

        def collide(xyz):
            xyz[7] = xyz[0] + [0.4, 0, 0]
            return xyz
        self.assertLessEqual({"internal_clash", "internal_energy"}, failing(moved(hexane, collide)))

    def test_two_pieces_are_noticed(self):
        self.assertIn("connected", failing(made("CC.CC")))

    def test_a_receptor_atom_too_near_is_noticed(self):
        at = self.phenylalanine.GetConformer().GetPositions()[0]
        self.assertIn("protein_distance", failing(self.phenylalanine, receptor=ReceptorOf([at + [0.5, 0, 0]])))

    def test_an_ion_may_be_nearer_than_an_atom(self):
        positions = self.phenylalanine.GetConformer().GetPositions()
        outward = positions[0] - positions[1]
        at = positions[0] + 2.0 * outward / numpy.linalg.norm(outward)
        self.assertNotIn("protein_distance", failing(self.phenylalanine, receptor=ReceptorOf([at], ion=True)))
        self.assertIn("protein_distance", failing(self.phenylalanine, receptor=ReceptorOf([at])))

    def test_a_ligand_inside_the_receptor_is_noticed(self):
        positions = self.phenylalanine.GetConformer().GetPositions()
        self.assertIn("protein_overlap", failing(self.phenylalanine, receptor=ReceptorOf(positions + 0.3)))

    def test_a_ligand_out_of_reach_is_noticed(self):
        self.assertEqual(failing(self.phenylalanine, receptor=ReceptorOf([[90, 0, 0]])), {"protein_contact"})


class Elements(unittest.TestCase):
    def element(self, line, pdbqt=False):
        return check_poses.Receptor.element(line, pdbqt)

    def test_stand_in_their_columns(self):
        self.assertEqual(self.element("HETATM 1234 ZN    ZN A 301      10.000  10.000  10.000  1.00  0.00          ZN"), "Zn")

    def test_follow_from_the_name_without_them(self):
        self.assertEqual(self.element("ATOM      2  CA  ALA A   1      10.000  10.000  10.000  1.00  0.00"), "C")
        self.assertEqual(self.element("HETATM    2 CA    CA A   1      10.000  10.000  10.000  1.00  0.00"), "Ca")

    def test_follow_from_the_type_of_pdbqt(self):
        line = "ATOM      2  OD1 ASP A   1      10.000  10.000  10.000  1.00  0.00    -0.300 OA"
        self.assertEqual(self.element(line, True), "O")


class Statistics(unittest.TestCase):
    def docking(self, rmsds, energy=-8.0, cpu_s=1.0):
        return runs.Docking([runs.Pose(energy, 0.0, energy, rmsd) for rmsd in rmsds], cpu_s, 3, 0.5 * cpu_s, 0.1)

    def test_success_looks_at_the_first_or_at_nine(self):
        docking = self.docking([3.0, 1.0])
        self.assertEqual((docking.success(), docking.success(among=9)), (0.0, 1.0))

    def test_an_interval_holds_its_mean_and_has_no_width_without_spread(self):
        mean, low, high = statistics.interval([0, 1, 1, 1])
        self.assertTrue(low <= mean <= high and low < high)
        self.assertEqual(statistics.interval([1, 1, 1]), (1.0, 1.0, 1.0))

    def test_ratios_are_of_the_same_complexes(self):
        of = statistics.ratios([10.0, 40.0], [1.0, 1.0])
        self.assertEqual((of["of sums"], of["mean"], of["median"]), (25.0, 25.0, 25.0))
        self.assertAlmostEqual(of["geometric mean"], 20.0)

    def test_the_share_within_a_limit_counts_better_scores_too(self):
        own = [[self.docking([1.0], energy)] for energy in (-9.0, -7.8, -7.0)]
        lines = statistics.compare(own, [self.docking([1.0], cpu_s=50.0)] * 3, [-9.0, -8.0, -8.0])
        self.assertIn("within 0.3 of Vina's, or better: 2 of 3 (66.7 %)", lines[3])
        self.assertIn("mean +0.400, median +0.200, worst +1.000 kcal/mol; Vina's  mean +0.333", lines[4])

    def test_poses_are_read_from_the_table(self):
        table = ("ligand_id,pose,affinity_kcal_mol,inter_kcal_mol,intra_kcal_mol,torsions,rmsd_to_reference_A\n"
                 "a,1,-7.0,-8.0,-0.5,3,1.25\n")
        poses, torsions = runs.read_poses(table)
        self.assertEqual((poses[0].total_kcal_mol, poses[0].rmsd_A, torsions), (-8.5, 1.25, 3))
        with self.assertRaises(runs.Failed):
            runs.read_poses(table.replace(",1.25", ","))

    def test_a_digest_changes_with_files_and_options(self):
        file = Path(__file__)
        self.assertEqual(runs.digest_of([file], {"seed": 1}), runs.digest_of([file], {"seed": 1}))
        self.assertNotEqual(runs.digest_of([file], {"seed": 1}), runs.digest_of([file], {"seed": 2}))

    def test_processor_seconds_are_those_of_the_process(self):
        _, _, idle_s = runs.run(["sleep", "0.5"])
        _, _, busy_s = runs.run([sys.executable, "-c", "sum(range(20_000_000))"])
        self.assertLess(idle_s, busy_s)  # a process that waits longer than the other computes


@unittest.skipUnless(EXAMPLES.is_dir(), "DIGITALIS_DATA has no folder posebusters-examples")
class Examples(unittest.TestCase):
    def check(self, poses, receptor=None, reference=None):
        known = None
        if reference:
            known = check_poses.read_molecules(EXAMPLES / "tests" / reference)[0]
            self.assertTrue(check_poses.sanitises(known))
        protein = check_poses.Receptor(EXAMPLES / "tests" / receptor) if receptor else None
        pose = check_poses.read_molecules(EXAMPLES / "tests" / poses)[0]
        return {name for name, value in check_poses.check_pose(pose, protein, known, 20).items() if value is False}

    def test_crystal_ligands_pass(self):
        for name, protein in (("1IA1_TQ3", "1IA1_TQ3_no_ligand_no_solvent"), ("1W1P_GIO", "1W1P_GIO_protein"),
                              ("1G9V_RQ3", "1G9V_RQ3_protein"), ("7CNQ_G8X", "7CNQ_G8X_protein"),
                              ("7ECR_SIN", "7ECR_SIN_protein"), ("7ZTL_BCN", "7ZTL_BCN_protein")):
            ligand = f"{name}/{name}_ligand.sdf"
            self.assertEqual(self.check(ligand, f"{name}/{protein}.pdb.gz", ligand), set(), name)

    def test_poses_of_gold_and_vina_pass(self):
        self.assertEqual(self.check("1G9V_RQ3/1G9V_RQ3_gold_redock.sdf.gz", "1G9V_RQ3/1G9V_RQ3_protein.pdb.gz"), set())
        self.assertEqual(self.check("1OF6_DTY/1OF6_DTY_vina.sdf", None, "1OF6_DTY/1OF6_DTY_crystal.sdf"), set())

    def test_a_start_conformer_that_is_elsewhere_does_not_touch_the_protein(self):
        self.assertEqual(self.check("1G9V_RQ3/1G9V_RQ3_ligand_start_conf.sdf", "1G9V_RQ3/1G9V_RQ3_protein.pdb.gz"),
                         {"protein_contact"})

    def test_predictions_with_atoms_inside_each_other_fail(self):
        for name in ("6YR2_T1C", "1Q1G_MTI", "1MMV_3AR"):
            self.assertLessEqual({"internal_clash", "internal_energy"}, self.check(f"{name}/{name}_tankbind.sdf"), name)

    def test_a_prediction_too_near_to_the_protein_fails(self):
        self.assertEqual(self.check("5ze6/5ze6_pred.sdf", "5ze6/5ze6_cond.pdb.gz"), {"protein_distance"})

    def test_molecules_that_rdkit_cannot_read_fail(self):
        self.assertEqual(self.check("sanity_error/pred.sdf"), {"reads"})

    def test_loose_atoms_fail(self):
        self.assertIn("connected", self.check("mol_disconnected_atoms.sdf"))


if __name__ == "__main__":
    unittest.main()
