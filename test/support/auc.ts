/**
 * How often a time of the other side is the longer one, ties halved (Mann-Whitney's U over all pairs): 0.5 when
 * nothing shows.
 */
export function auc(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((ms) => ({ ms, late: 0 })), ...other.map((ms) => ({ ms, late: 1 }))];
  all.sort((a, b) => a.ms - b.ms);
  let [sum, from] = [0, 0];
  while (from < all.length) {
    let to = from;
    while (all[to]?.ms === all[from]?.ms) to += 1;
    const late = all.slice(from, to).reduce((count, each) => count + each.late, 0);
    sum += (late * (from + 1 + to)) / 2;
    from = to;
  }
  return (sum - (other.length * (other.length + 1)) / 2) / (one.length * other.length);
}
