"""Figures of redocking runs: success rates with bootstrap intervals, paired differences, time ratios."""

import math

import numpy

RESAMPLES = 10_000


def interval(values):
    """Bootstrap over complexes: the mean with its 95 % interval. Reproducible."""
    values = numpy.asarray(values, float)
    picks = numpy.random.default_rng(7).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = numpy.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return float(values.mean()), float(low), float(high)


def percent(values):
    return "%5.1f %% [%5.1f, %5.1f]" % tuple(100 * value for value in interval(values))


def points(values):
    return "%+5.1f points [%+5.1f, %+5.1f]" % tuple(100 * value for value in interval(values))


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def ratios(slow, fast):
    """Times of the same complexes: ratio of the sums, and mean, median and geometric mean of the ratios."""
    each = [a / max(b, 1e-6) for a, b in zip(slow, fast)]
    return {"of sums": sum(slow) / max(sum(fast), 1e-6), "mean": float(numpy.mean(each)), "median": float(numpy.median(each)),
            "geometric mean": geometric_mean(each)}


def gap_text(gaps):
    return "mean %+.3f, median %+.3f, worst %+.3f kcal/mol" % (numpy.mean(gaps), numpy.median(gaps), max(gaps))


def compare(own, vina, best_known):
    """Lines of text: `own` and `vina` are lists of the same complexes; own a list of dockings per complex, one per seed;
    `best_known` the lowest score of each that any run found, kcal/mol."""
    over_seeds = [[numpy.mean([one.success(2.0, among) for one in seeds]) for seeds in own] for among in (1, 9)]
    theirs = [[one.success(2.0, among) for one in vina] for among in (1, 9)]
    lines = []
    for label, mine, other in zip(("top-1 within 2 A", "best of 9 within 2 A"), over_seeds, theirs):
        lines.append("%-22s %s   Vina %s   difference %s" %
                     (label, percent(mine), percent(other), points(numpy.subtract(mine, other))))
    found = numpy.array([numpy.mean([one.best_total_kcal_mol() for one in seeds]) for seeds in own])
    of_vina = numpy.array([one.best_total_kcal_mol() for one in vina])
    gaps = found - of_vina
    lines.append("best score minus Vina's  %s; within 0.3 of Vina's, or better: %d of %d (%.1f %%)" %
                 (gap_text(gaps), sum(gaps <= 0.3), len(gaps), 100 * numpy.mean(gaps <= 0.3)))
    lines.append("best score minus the best of all these runs  %s; Vina's  %s" %
                 (gap_text(found - best_known), gap_text(of_vina - best_known)))
    return lines + time_lines(own, vina)


def time_lines(own, vina):
    slow = [one.cpu_s for one in vina]
    process = [numpy.mean([one.cpu_s for one in seeds]) for seeds in own]
    ligand = [numpy.mean([one.ligand_cpu_s for one in seeds]) for seeds in own]
    return ["CPU of the whole process       %6.3f s, receptor and maps made anew each time; Vina %.1f s; Vina / own: %s" %
            (numpy.mean(process), numpy.mean(slow), ratio_text(ratios(slow, process))),
            "CPU of one ligand more         %6.3f s (its preparation %.3f s of wall time); Vina / own: %s" %
            (numpy.mean(ligand), numpy.mean([one.conformer_s for seeds in own for one in seeds]),
             ratio_text(ratios(slow, ligand)))]


def ratio_text(of):
    return ", ".join("%s %.0f x" % item for item in of.items())
