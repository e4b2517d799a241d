#include "chem/titratable_groups.hpp"

#include <array>

namespace digitalis {
namespace {

using enum TitratableGroup::Kind;

// Where the value of a reference compound was looked up.
constexpr const char* kPerrin =
    "D. D. Perrin, Dissociation Constants of Organic Bases in Aqueous Solution, Butterworths, 1965, digitised in "
    "github.com/IUPAC/Dissociation-Constants";
constexpr const char* kNist = "A. E. Martell, R. M. Smith, R. J. Motekaitis, NIST 46, 2001";
constexpr const char* kCrc = "CRC Handbook of Chemistry and Physics, Dissociation Constants of Organic Acids and Bases";
constexpr const char* kKatzung = "Basic and Clinical Pharmacology (Katzung), Ionization constants of some common drugs";
// Values as textbooks commonly have them, not looked up.
constexpr const char* kTextbook = "textbook value";

// Amino groups whose lone pair is free to go into the ring that they are bound to.
#define DIGITALIS_FREE_AMINO "[NX3;!$(N-[!#6]);!$(N-[CX3]=[O,S,N]);!$(N-C#N);!$(N(-a)-a)]"
#define DIGITALIS_WITHDRAWING "[F,Cl,Br,I,$([NX3+](=O)[O-]),$(C#N),$([CX3]=[OX1])]"
#define DIGITALIS_TETRAHEDRAL "!$(N-[!#6]);!$(N-[#6;!X4])"

constexpr std::array kGroups = std::to_array<TitratableGroup>({
    // Oxygen, sulfur and phosphorus acids.
    {"sulfonic acid", kAcid, "[OX2H][SX4](=O)=O", -1.9, 0.7, "methanesulfonic acid -1.9", kTextbook},
    {"phosphate", kAcid, "[OX2H][PX4](=[OX1])([#8,#7])[#8,#7]", 1.8, 0.4, "methyl phosphate 1.5 and 6.3", kTextbook},
    {"phosphonic acid", kAcid, "[OX2H][PX4]=[OX1]", 2.4, 0.5, "methylphosphonic acid 2.4 and 7.7", kTextbook},
    {"quinolone carboxylic acid", kAcid, "[OX2H][CX3](=[OX1])c:c=O", 6.1, 0.3, "ciprofloxacin 6.1", kKatzung},
    {"carboxylic acid", kAcid, "[OX2H][CX3](=[OX1])[#6,#1]", 4.5, 0.7, "acetic acid 4.76", kNist},
    {"thiocarboxylic acid", kAcid, "[SX2H][CX3]=[OX1]", 3.3, 0.5, "thioacetic acid 3.3", kTextbook},
    {"hydroxamic acid", kAcid, "[OX2H][NX3][CX3]=[OX1]", 9.0, 0.4, "acetohydroxamic acid 8.7", kCrc},
    {"N-hydroxypyridone", kAcid, "[OX2H]nc=O", 6.0, 0.6, "1-hydroxy-2-pyridone 5.9", kTextbook},
    // Nitrogen acids.
    {"disulfonimide", kAcid, "[NX3H]([SX4](=O)=O)[SX4](=O)=O", 1.5, 0.5, "dibenzenesulfonimide 1.5", kTextbook},
    {"acyl sulfonamide", kAcid, "[NX3H]([CX3]=[OX1])[SX4](=O)=O", 5.3, 0.7, "tolbutamide 5.3, sulfacetamide 5.4",
     kTextbook},
    {"fluoroalkyl sulfonamide", kAcid, "[NX3;!H0;$(N[SX4](=O)(=O)C(F)F)]", 6.3, 0.8, "trifluoromethanesulfonamide 6.3",
     kTextbook},
    {"heteroaryl sulfonamide", kAcid, "[NX3H;$(N(-c:n)[SX4](=O)=O)]", 6.5, 0.8,
     "5-bromo-2-sulfanilamidopyridine 7.2; textbooks: sulfamethoxazole 5.7, sulfadiazine 6.5", kPerrin},
    {"sulfonanilide", kAcid, "[NX3H;$(Nc)][SX4](=O)=O", 8.5, 0.5, "benzenesulfonanilide 8.3", kTextbook},
    {"sulfonamide", kAcid, "[NX3;!H0][SX4](=O)=O", 10.1, 0.6, "benzenesulfonamide 10.1", kTextbook},
    {"tetrazole", kAcid, "[nX3H;$(n1nnnc1),$(n1nncn1)]", 4.8, 0.4, "tetrazole 4.9", kTextbook},
    {"oxadiazolone", kAcid, "[nX3H]1c(=O)onc1", 6.1, 0.5, "azilsartan 6.1", kTextbook},
    {"benzotriazole", kAcid, "[nX3H;$(n1nnc2ccccc12),$(n1nc2ccccc2n1)]", 8.4, 0.4, "benzotriazole 8.4", kTextbook},
    {"triazole", kAcid, "[nX3H;$(n1nncc1),$(n1nccn1),$(n1ncnc1),$(n1cnnc1)]", 9.8, 0.5,
     "1,2,3-triazole 9.5 at 20 degrees", kPerrin},
    {"thiazolidinedione", kAcid, "[NX3H]1C(=O)S[#6]C1=O", 6.5, 0.4, "thiazolidine-2,4-dione 6.5", kTextbook},
    {"barbiturate", kAcid, "[NX3H]1C(=O)[NX3]C(=O)[#6]C1=O", 8.0, 0.3, "phenobarbital 7.4, barbital 8.0", kTextbook},
    {"hydantoin", kAcid, "[NX3H]1C(=O)[NX3][#6]C1=O", 8.7, 0.4, "phenytoin 8.3, hydantoin 9.1", kTextbook},
    {"imide", kAcid, "[NX3H]([CX3]=[OX1])[CX3]=[OX1]", 9.6, 0.7, "succinimide 9.6", kTextbook},
    {"uracil", kAcid, "[nX3H](c=O)c=O", 9.5, 0.4, "uracil 9.5", kTextbook},
    // Phenols and enols.
    {"hydroxycoumarin", kAcid, "[OX2H]c1cc(=O)occ1", 5.0, 0.4, "warfarin 5.0", kTextbook},
    {"cyclic enol", kAcid, "[OX2H][C;R]=[C;R][CX3]=[OX1]", 5.0, 0.8, "1,3-cyclohexanedione 5.3, ascorbic acid 4.2",
     kTextbook},
    {"dinitrophenol", kAcid, "[OX2H]c1c([NX3+](=O)[O-])cc([NX3+](=O)[O-])cc1", 4.1, 0.3, "2,4-dinitrophenol 4.1",
     kTextbook},
    {"nitrophenol", kAcid, "[OX2H;$([OX2H]c1ccc([NX3+]=O)cc1),$([OX2H]c1c([NX3+]=O)cccc1)]", 7.2, 0.3,
     "4-nitrophenol 7.2, 2-nitrophenol 7.2", kTextbook},
    {"2,6-dihalophenol", kAcid, "[OX2H]c1c([F,Cl,Br,I])cccc1[F,Cl,Br,I]", 6.8, 0.5, "2,6-dichlorophenol 6.8",
     kTextbook},
    {"acceptor phenol", kAcid, "[OX2H]c1ccc([$(C#N),$([CX3;!$([CX3][OX2H])]=[OX1]),$([SX4](=O)=O)])cc1", 8.0, 0.4,
     "4-cyanophenol 8.0, methyl 4-hydroxybenzoate 8.3", kTextbook},
    {"salicylic phenol", kAcid, "[OX2H]c:c-[CX3](=[OX1])[OX2H]", 13.4, 0.5, "salicylic acid, second, 13.4", kTextbook},
    {"phenol", kAcid, "[OX2H][c;r6]", 10.0, 0.5, "phenol 10.0", kTextbook},
    // Thiols.
    {"thiophenol", kAcid, "[SX2H]c", 6.6, 0.5, "thiophenol 6.6", kTextbook},
    {"aminothiol", kAcid, "[SX2H][CX4][CX4][NX3]", 8.3, 0.4, "cysteamine 8.2", kNist},
    {"thiol", kAcid, "[SX2H][CX4]", 10.4, 0.5, "ethanethiol 10.6", kTextbook},
    // Amidines and guanidines: the nitrogen of the double bond takes the proton.
    {"sulfonyl, cyano or nitro guanidine", kBase,
     "[NX2;$(N=C([#7])[#7]);$(N([$(C#N),$([SX4](=O)=O),$([NX3+](=O)[O-])])=C),"
     "$(N=C[#7][$(C#N),$([SX4](=O)=O),$([NX3+](=O)[O-])])]",
     0.0, 0.8, "cyanoguanidine -0.4", kTextbook},
    {"acylguanidine", kBase, "[NX2;$(N=C([#7])[#7]);$(N(C=O)=C),$(N=C[#7][CX3]=[OX1])]", 8.5, 0.5, "amiloride 8.7",
     kKatzung},
    {"arylguanidine", kBase, "[NX2;!$(N-[!#6]);$(N=C([NX3])[NX3]);$(N(c)=C),$(N=C[NX3]c)]", 10.8, 0.8,
     "phenylguanidine 10.8", kTextbook},
    {"guanidine", kBase, "[NX2;!$(N-[!#6])]=[CX3]([NX3])[NX3]", 13.4, 0.5, "methylguanidine 13.4", kTextbook},
    {"N-aryl amidine", kBase, "[NX2;$(N(c)=[CX3][NX3;!$(N[CX3]=O);!$(N[SX4])])]", 5.0, 0.9, "olanzapine 5.0",
     kTextbook},
    {"amidine", kBase, "[NX2;!$(N-[!#6]);!$(N-[#6X3])]=[CX3][NX3;!$(N[CX3]=O);!$(N[SX4]);!$(N-[!#6])]", 11.8, 0.6,
     "acetamidine 12.4", kPerrin},
    // Aromatic rings of five.
    {"purine", kBase, "[nX2;r5;$(n1c[nX3]c2ncncc12)]", 2.4, 0.6, "purine 2.4", kTextbook},
    {"imidazole with an acceptor", kBase,
     "[nX2;r5;$(n1c[nX3]cc1);$(n1a(-" DIGITALIS_WITHDRAWING ")aaa1),$(n1aa(-" DIGITALIS_WITHDRAWING ")aa1)]", 3.7, 0.7,
     "4-bromoimidazole 3.7", kTextbook},
    {"2-aminobenzimidazole", kBase, "[nX2;r5;$(n1c(" DIGITALIS_FREE_AMINO ")[nX3]c2aaaac12)]", 7.5, 0.4,
     "2-aminobenzimidazole 7.5", kTextbook},
    {"2-aminoimidazole", kBase, "[nX2;r5;$(n1c(" DIGITALIS_FREE_AMINO ")[nX3]cc1)]", 8.4, 0.5, "2-aminoimidazole 8.5",
     kTextbook},
    {"benzimidazole", kBase, "[nX2;r5;$(n1c[nX3]c2aaaac12)]", 5.5, 0.4, "benzimidazole 5.5", kTextbook},
    {"imidazopyridine", kBase, "[nX2;r5;$(n1ccn2ccccc12)]", 6.5, 0.4, "zolpidem 6.2", kTextbook},
    {"imidazole", kBase, "[nX2;r5;$(n1c[nX3]cc1)]", 7.0, 0.5, "imidazole 6.95", kPerrin},
    {"2-aminothiazole", kBase, "[nX2;r5;$(n1c(" DIGITALIS_FREE_AMINO ")scc1)]", 5.4, 0.4, "2-aminothiazole 5.4",
     kTextbook},
    {"thiazole", kBase, "[nX2;r5;$(n1cscc1)]", 2.5, 0.4, "thiazole 2.5", kTextbook},
    {"pyrazole", kBase, "[nX2;r5;$(n1[nX3]ccc1)]", 2.5, 0.4, "pyrazole 2.5", kTextbook},
    // Aromatic rings of six.
    {"2,4-diaminopyrimidine", kBase, "[nX2;r6;$(n1c([NX3H2])nc(" DIGITALIS_FREE_AMINO ")cc1)]", 7.2, 0.4,
     "trimethoprim 7.1, pyrimethamine 7.3", kTextbook},
    {"4-aminopyrimidine", kBase, "[nX2;r6;$(n1cnc(" DIGITALIS_FREE_AMINO ")cc1)]", 5.7, 0.5, "4-aminopyrimidine 5.7",
     kTextbook},
    {"diazine", kBase, "[nX2;r6;$(n1naaaa1),$(n1anaaa1),$(n1aanaa1)]", 1.3, 0.9, "pyrimidine 1.3, pyridazine 2.3",
     kTextbook},
    {"2-halopyridine", kBase, "[nX2;r6;$(n1c([F,Cl,Br,I])cccc1)]", 0.5, 0.6, "2-bromopyridine 0.7 to 0.9", kPerrin},
    {"4-aminopyridine", kBase, "[nX2;r6;$(n1ccc(" DIGITALIS_FREE_AMINO ")cc1)]", 9.1, 0.5,
     "4-methylaminopyridine 9.65 at 20 degrees", kPerrin},
    {"2-aminopyridine", kBase, "[nX2;r6;$(n1c(" DIGITALIS_FREE_AMINO ")cccc1)]", 6.9, 0.4, "2-aminopyridine 6.9",
     kTextbook},
    {"3-aminopyridine", kBase, "[nX2;r6;$(n1cc(" DIGITALIS_FREE_AMINO ")ccc1)]", 6.0, 0.4, "3-aminopyridine 6.0",
     kTextbook},
    {"pyridine", kBase, "[nX2;r6;$(n1aaaaa1)]", 5.2, 0.5, "pyridine 5.2, quinoline 4.9", kTextbook},
    // Amines.
    {"arylglycine amide", kBase, "[NX3H2;$(N[CX4](a)[CX3](=O)[NX3])]", 7.3, 0.2, "ampicillin 7.3, amoxicillin 7.4",
     kTextbook},
    {"aniline", kBase, "[NX3;$(Nc);!$(N-[!#6]);!$(N-[CX3,CX2]);!$(N-c~n);!$(N(-a)-a)]", 4.6, 0.7, "aniline 4.60",
     kNist},
    {"hydrazine", kBase, "[NX3;!$(N-[!#6;!#7]);!$(N-[#6;!X4]);$(N-[NX3;!$(N-[#6;!X4]);!$(N-[SX4])])]", 7.9, 0.5,
     "methylhydrazine 7.9", kTextbook},
    {"hydroxylamine", kBase, "[NX3;!$(N-[!#6;!#8]);!$(N-[#6;!X4]);$(N-[OX2;!$(O-[CX3])])]", 5.3, 0.6,
     "methoxyamine 4.6", kPerrin},
    {"aziridine", kAmine, "[NX3;r3;" DIGITALIS_TETRAHEDRAL "]", 8.0, 0.5, "aziridine 8.04", kNist},
    {"primary amine", kAmine, "[NX3H2;$(N-[CX4]);" DIGITALIS_TETRAHEDRAL "]", 10.7, 0.6, "methylamine 10.66", kPerrin},
    {"secondary amine", kAmine, "[NX3H;" DIGITALIS_TETRAHEDRAL "]", 11.1, 0.6, "piperidine 11.1, diethylamine 11.0",
     kTextbook},
    {"tertiary amine", kAmine, "[NX3H0;" DIGITALIS_TETRAHEDRAL "]", 10.3, 0.6, "trimethylamine 9.8", kPerrin},
});

#undef DIGITALIS_FREE_AMINO
#undef DIGITALIS_WITHDRAWING
#undef DIGITALIS_TETRAHEDRAL

// Shifts were chosen so that the reference compounds come out near these values: glycinamide, aminoacetonitrile and
// ethanolamine as Perrin and NIST 46 have them, the others textbook values.
constexpr std::array kAcceptors = std::to_array<ElectronAcceptor>({
    // A carboxylic acid near an amine has given its proton off where the amine titrates.
    {"carboxylate", "[CX3](=[OX1])[OX2H]", -0.9, -0.4, "glycine 9.8, beta-alanine 10.2"},
    {"amide", "[CX3](=[OX1])[#7]", -2.8, -1.4, "glycinamide 8.0, beta-alaninamide 9.2"},
    {"carbonyl", "[CX3]=[OX1,SX1]", -3.0, -1.5, "glycine ethyl ester 7.7, beta-alanine ethyl ester 9.1"},
    {"nitrile", "[CX2]#[NX1]", -5.4, -2.9, "aminoacetonitrile 5.3, 3-aminopropionitrile 7.8"},
    {"alkyne", "[CX2]#C", -2.6, -1.2, "propargylamine 8.2"},
    {"alkene", "[CX3]=[#6,#7]", -1.2, -0.5, "allylamine 9.5"},
    {"aromatic ring", "a", -1.4, -0.8, "benzylamine 9.3, phenethylamine 9.8"},
    {"fluorine", "[F]", -3.0, -1.7, "2,2,2-trifluoroethylamine 5.7"},
    {"halogen", "[Cl,Br,I]", -3.0, -1.8, "2-chloroethylamine 8.8"},
    {"hydroxyl", "[OX2H]", -3.0, -1.1, "ethanolamine 9.5"},
    {"ether", "[OX2]", -3.0, -1.2, "morpholine 8.5"},
    {"sulfone", "[SX4,SX3]", -3.0, -2.8, "thiomorpholine dioxide 5.4"},
    {"sulfide", "[SX2]", -2.0, -1.0, "thiomorpholine 9.0"},
    {"cation", "[#7+]", -4.0, -2.5, "2-(trimethylammonio)ethylamine 7.1"},
    {"acylated nitrogen", "[NX3;$(N-[CX3]=[O,S,N]),$(N-[SX4])]", -3.0, -1.6, "1-acetylpiperazine 7.9"},
    {"arylated nitrogen", "[NX3;$(N-c)]", -2.0, -1.1, "1-phenylpiperazine 8.8"},
    {"nitrogen", "[NX3]", -1.5, -0.9, "piperazine 9.7"},
});

}  // namespace

std::span<const TitratableGroup> titratable_groups() { return kGroups; }
std::span<const ElectronAcceptor> electron_acceptors() { return kAcceptors; }

}  // namespace digitalis
