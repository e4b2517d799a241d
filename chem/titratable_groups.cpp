#include "chem/titratable_groups.hpp"

#include <array>

namespace digitalis {
namespace {

using enum TitratableGroup::Kind;

constexpr const char* kPerrin =
    "D. D. Perrin, B. Dempsey, E. P. Serjeant, pKa Prediction for Organic Acids and Bases, Chapman and Hall, 1981";
constexpr const char* kCrc = "CRC Handbook of Chemistry and Physics, Dissociation Constants of Organic Acids and Bases";
constexpr const char* kAlbert =
    "A. Albert, E. P. Serjeant, The Determination of Ionization Constants, 3rd edition, Chapman and Hall, 1984";
constexpr const char* kPrankerd =
    "R. J. Prankerd, Critical Compilation of pKa Values for Pharmaceutical Substances, Profiles of Drug Substances, "
    "Excipients and Related Methodology 33 (2007)";

// Amino groups whose lone pair is free to go into the ring that they are bound to.
#define DIGITALIS_FREE_AMINO "[NX3;!$(N-[!#6]);!$(N-[CX3]=[O,S,N]);!$(N-C#N);!$(N(-a)-a)]"
#define DIGITALIS_WITHDRAWING "[F,Cl,Br,I,$([NX3+](=O)[O-]),$(C#N),$([CX3]=[OX1])]"
#define DIGITALIS_TETRAHEDRAL "!$(N-[!#6]);!$(N-[#6;!X4])"

constexpr std::array kGroups = std::to_array<TitratableGroup>({
    // Oxygen, sulfur and phosphorus acids.
    {"sulfonic acid", kAcid, "[OX2H][SX4](=O)=O", -1.9, 0.7, "methanesulfonic acid -1.9", kCrc},
    {"phosphate", kAcid, "[OX2H][PX4](=[OX1])([#8,#7])[#8,#7]", 1.8, 0.4, "methyl phosphate 1.5 and 6.3", kAlbert},
    {"phosphonic acid", kAcid, "[OX2H][PX4]=[OX1]", 2.4, 0.5, "methylphosphonic acid 2.4 and 7.7", kCrc},
    {"quinolone carboxylic acid", kAcid, "[OX2H][CX3](=[OX1])c:c=O", 6.1, 0.3, "ciprofloxacin 6.1", kPrankerd},
    {"carboxylic acid", kAcid, "[OX2H][CX3](=[OX1])[#6,#1]", 4.5, 0.7, "acetic acid 4.8, benzoic acid 4.2", kCrc},
    {"thiocarboxylic acid", kAcid, "[SX2H][CX3]=[OX1]", 3.3, 0.5, "thioacetic acid 3.3", kCrc},
    {"hydroxamic acid", kAcid, "[OX2H][NX3][CX3]=[OX1]", 9.0, 0.4, "benzohydroxamic acid 8.8", kAlbert},
    {"N-hydroxypyridone", kAcid, "[OX2H]nc=O", 6.0, 0.6, "1-hydroxy-2-pyridone 5.9", kAlbert},
    // Nitrogen acids.
    {"disulfonimide", kAcid, "[NX3H]([SX4](=O)=O)[SX4](=O)=O", 1.5, 0.5, "dibenzenesulfonimide 1.5", kAlbert},
    {"acyl sulfonamide", kAcid, "[NX3H]([CX3]=[OX1])[SX4](=O)=O", 5.3, 0.7, "tolbutamide 5.3, sulfacetamide 5.4",
     kPrankerd},
    {"fluoroalkyl sulfonamide", kAcid, "[NX3;!H0;$(N[SX4](=O)(=O)C(F)F)]", 6.3, 0.8, "trifluoromethanesulfonamide 6.3",
     kPerrin},
    {"heteroaryl sulfonamide", kAcid, "[NX3H;$(N(-c:n)[SX4](=O)=O)]", 6.3, 0.6,
     "sulfamethoxazole 5.7, sulfadiazine 6.5", kPrankerd},
    {"sulfonanilide", kAcid, "[NX3H;$(Nc)][SX4](=O)=O", 8.5, 0.5, "benzenesulfonanilide 8.3", kPerrin},
    {"sulfonamide", kAcid, "[NX3;!H0][SX4](=O)=O", 10.1, 0.6, "benzenesulfonamide 10.1", kPerrin},
    {"tetrazole", kAcid, "[nX3H;$(n1nnnc1),$(n1nncn1)]", 4.8, 0.4, "tetrazole 4.9", kAlbert},
    {"oxadiazolone", kAcid, "[nX3H]1c(=O)onc1", 6.1, 0.5, "azilsartan 6.1", kPrankerd},
    {"benzotriazole", kAcid, "[nX3H;$(n1nnc2ccccc12),$(n1nc2ccccc2n1)]", 8.4, 0.4, "benzotriazole 8.4", kAlbert},
    {"triazole", kAcid, "[nX3H;$(n1nncc1),$(n1nccn1),$(n1ncnc1),$(n1cnnc1)]", 9.8, 0.5,
     "1,2,3-triazole 9.4, 1,2,4-triazole 10.2", kAlbert},
    {"thiazolidinedione", kAcid, "[NX3H]1C(=O)S[#6]C1=O", 6.5, 0.4, "thiazolidine-2,4-dione 6.5", kAlbert},
    {"barbiturate", kAcid, "[NX3H]1C(=O)[NX3]C(=O)[#6]C1=O", 8.0, 0.3, "phenobarbital 7.4, barbital 8.0", kPrankerd},
    {"hydantoin", kAcid, "[NX3H]1C(=O)[NX3][#6]C1=O", 8.7, 0.4, "phenytoin 8.3, hydantoin 9.1", kPrankerd},
    {"imide", kAcid, "[NX3H]([CX3]=[OX1])[CX3]=[OX1]", 9.6, 0.7, "succinimide 9.6", kCrc},
    {"uracil", kAcid, "[nX3H](c=O)c=O", 9.5, 0.4, "uracil 9.5", kAlbert},
    // Phenols and enols.
    {"hydroxycoumarin", kAcid, "[OX2H]c1cc(=O)occ1", 5.0, 0.4, "warfarin 5.0", kPrankerd},
    {"cyclic enol", kAcid, "[OX2H][C;R]=[C;R][CX3]=[OX1]", 5.0, 0.8, "1,3-cyclohexanedione 5.3, ascorbic acid 4.2",
     kCrc},
    {"dinitrophenol", kAcid, "[OX2H]c1c([NX3+](=O)[O-])cc([NX3+](=O)[O-])cc1", 4.1, 0.3, "2,4-dinitrophenol 4.1", kCrc},
    {"nitrophenol", kAcid, "[OX2H;$([OX2H]c1ccc([NX3+]=O)cc1),$([OX2H]c1c([NX3+]=O)cccc1)]", 7.2, 0.3,
     "4-nitrophenol 7.2, 2-nitrophenol 7.2", kCrc},
    {"2,6-dihalophenol", kAcid, "[OX2H]c1c([F,Cl,Br,I])cccc1[F,Cl,Br,I]", 6.8, 0.5, "2,6-dichlorophenol 6.8", kPerrin},
    {"acceptor phenol", kAcid, "[OX2H]c1ccc([$(C#N),$([CX3](=[OX1])[!$([OX2H])]),$([CX3H]=O),$([SX4](=O)=O)])cc1", 8.0,
     0.4, "4-cyanophenol 8.0, methyl 4-hydroxybenzoate 8.3", kPerrin},
    {"salicylic phenol", kAcid, "[OX2H]c:c-[CX3](=[OX1])[OX2H]", 13.4, 0.5, "salicylic acid, second, 13.4", kCrc},
    {"phenol", kAcid, "[OX2H][c;r6]", 10.0, 0.5, "phenol 10.0", kCrc},
    // Thiols.
    {"thiophenol", kAcid, "[SX2H]c", 6.6, 0.5, "thiophenol 6.6", kCrc},
    {"aminothiol", kAcid, "[SX2H][CX4][CX4][NX3]", 8.3, 0.4, "cysteine 8.3, cysteamine 8.3", kCrc},
    {"thiol", kAcid, "[SX2H][CX4]", 10.4, 0.5, "ethanethiol 10.6", kCrc},
    // Amidines and guanidines: the nitrogen of the double bond takes the proton.
    {"sulfonyl, cyano or nitro guanidine", kBase,
     "[NX2;$(N=C([#7])[#7]);$(N([$(C#N),$([SX4](=O)=O),$([NX3+](=O)[O-])])=C),"
     "$(N=C[#7][$(C#N),$([SX4](=O)=O),$([NX3+](=O)[O-])])]",
     0.0, 0.8, "cyanoguanidine -0.4", kPerrin},
    {"acylguanidine", kBase, "[NX2;$(N=C([#7])[#7]);$(N(C=O)=C),$(N=C[#7][CX3]=[OX1])]", 8.5, 0.5, "amiloride 8.7",
     kPrankerd},
    {"arylguanidine", kBase, "[NX2;!$(N-[!#6]);$(N=C([NX3])[NX3]);$(N(c)=C),$(N=C[NX3]c)]", 10.8, 0.8,
     "phenylguanidine 10.8", kPerrin},
    {"guanidine", kBase, "[NX2;!$(N-[!#6])]=[CX3]([NX3])[NX3]", 13.4, 0.5, "methylguanidine 13.4", kPerrin},
    {"N-aryl amidine", kBase, "[NX2;$(N(c)=[CX3][NX3;!$(N[CX3]=O);!$(N[SX4])])]", 5.0, 0.9, "olanzapine 5.0",
     kPrankerd},
    {"amidine", kBase, "[NX2;!$(N-[!#6]);!$(N-[#6X3])]=[CX3][NX3;!$(N[CX3]=O);!$(N[SX4]);!$(N-[!#6])]", 11.8, 0.6,
     "benzamidine 11.6, acetamidine 12.4", kPerrin},
    // Aromatic rings of five.
    {"purine", kBase, "[nX2;r5;$(n1c[nX3]c2ncncc12)]", 2.4, 0.6, "purine 2.4", kAlbert},
    {"imidazole with an acceptor", kBase,
     "[nX2;r5;$(n1c[nX3]cc1);$(n1a(-" DIGITALIS_WITHDRAWING ")aaa1),$(n1aa(-" DIGITALIS_WITHDRAWING ")aa1)]", 3.7, 0.7,
     "4-bromoimidazole 3.7", kAlbert},
    {"2-aminobenzimidazole", kBase, "[nX2;r5;$(n1c(" DIGITALIS_FREE_AMINO ")[nX3]c2aaaac12)]", 7.5, 0.4,
     "2-aminobenzimidazole 7.5", kAlbert},
    {"2-aminoimidazole", kBase, "[nX2;r5;$(n1c(" DIGITALIS_FREE_AMINO ")[nX3]cc1)]", 8.4, 0.5, "2-aminoimidazole 8.5",
     kAlbert},
    {"benzimidazole", kBase, "[nX2;r5;$(n1c[nX3]c2aaaac12)]", 5.5, 0.4, "benzimidazole 5.5", kAlbert},
    {"imidazopyridine", kBase, "[nX2;r5;$(n1ccn2ccccc12)]", 6.5, 0.4, "zolpidem 6.2", kPrankerd},
    {"imidazole", kBase, "[nX2;r5;$(n1c[nX3]cc1)]", 7.0, 0.5, "imidazole 7.0", kAlbert},
    {"2-aminothiazole", kBase, "[nX2;r5;$(n1c(" DIGITALIS_FREE_AMINO ")scc1)]", 5.4, 0.4, "2-aminothiazole 5.4",
     kAlbert},
    {"thiazole", kBase, "[nX2;r5;$(n1cscc1)]", 2.5, 0.4, "thiazole 2.5", kAlbert},
    {"pyrazole", kBase, "[nX2;r5;$(n1[nX3]ccc1)]", 2.5, 0.4, "pyrazole 2.5", kAlbert},
    // Aromatic rings of six.
    {"2,4-diaminopyrimidine", kBase, "[nX2;r6;$(n1c([NX3H2])nc(" DIGITALIS_FREE_AMINO ")cc1)]", 7.2, 0.4,
     "trimethoprim 7.1, pyrimethamine 7.3", kPrankerd},
    {"4-aminopyrimidine", kBase, "[nX2;r6;$(n1cnc(" DIGITALIS_FREE_AMINO ")cc1)]", 5.7, 0.5, "4-aminopyrimidine 5.7",
     kAlbert},
    {"diazine", kBase, "[nX2;r6;$(n1naaaa1),$(n1anaaa1),$(n1aanaa1)]", 1.3, 0.9, "pyrimidine 1.3, pyridazine 2.3",
     kAlbert},
    {"2-halopyridine", kBase, "[nX2;r6;$(n1c([F,Cl,Br,I])cccc1)]", 0.5, 0.6, "2-chloropyridine 0.5", kPerrin},
    {"4-aminopyridine", kBase, "[nX2;r6;$(n1ccc(" DIGITALIS_FREE_AMINO ")cc1)]", 9.1, 0.5, "4-aminopyridine 9.1",
     kAlbert},
    {"2-aminopyridine", kBase, "[nX2;r6;$(n1c(" DIGITALIS_FREE_AMINO ")cccc1)]", 6.9, 0.4, "2-aminopyridine 6.9",
     kAlbert},
    {"3-aminopyridine", kBase, "[nX2;r6;$(n1cc(" DIGITALIS_FREE_AMINO ")ccc1)]", 6.0, 0.4, "3-aminopyridine 6.0",
     kAlbert},
    {"pyridine", kBase, "[nX2;r6;$(n1aaaaa1)]", 5.2, 0.5, "pyridine 5.2, quinoline 4.9", kAlbert},
    // Amines.
    {"arylglycine amide", kBase, "[NX3H2;$(N[CX4](a)[CX3](=O)[NX3])]", 7.3, 0.2, "ampicillin 7.3, amoxicillin 7.4",
     kPrankerd},
    {"aniline", kBase, "[NX3;$(Nc);!$(N-[!#6]);!$(N-[CX3,CX2]);!$(N-c~n);!$(N(-a)-a)]", 4.6, 0.7,
     "aniline 4.6, N,N-dimethylaniline 5.1", kPerrin},
    {"hydrazine", kBase, "[NX3;!$(N-[!#6;!#7]);!$(N-[#6;!X4]);$(N-[NX3;!$(N-[#6;!X4]);!$(N-[SX4])])]", 7.9, 0.5,
     "methylhydrazine 7.9", kPerrin},
    {"hydroxylamine", kBase, "[NX3;!$(N-[!#6;!#8]);!$(N-[#6;!X4]);$(N-[OX2;!$(O-[CX3])])]", 5.3, 0.6,
     "N-methylhydroxylamine 6.0, methoxyamine 4.6", kPerrin},
    {"aziridine", kAmine, "[NX3;r3;" DIGITALIS_TETRAHEDRAL "]", 8.0, 0.5, "aziridine 8.0", kPerrin},
    {"primary amine", kAmine, "[NX3H2;$(N-[CX4]);" DIGITALIS_TETRAHEDRAL "]", 10.7, 0.6, "ethylamine 10.7", kPerrin},
    {"secondary amine", kAmine, "[NX3H;" DIGITALIS_TETRAHEDRAL "]", 11.1, 0.6, "piperidine 11.1, diethylamine 11.0",
     kPerrin},
    {"tertiary amine", kAmine, "[NX3H0;" DIGITALIS_TETRAHEDRAL "]", 10.3, 0.6,
     "N-methylpiperidine 10.1, triethylamine 10.7", kPerrin},
});

#undef DIGITALIS_FREE_AMINO
#undef DIGITALIS_WITHDRAWING
#undef DIGITALIS_TETRAHEDRAL

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
