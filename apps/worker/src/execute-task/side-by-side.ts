/**
 * Does all of it, at most `atOnce` at a time, and gives the results in order. Rejects with the first failure, by order, once
 * nothing of it runs any more.
 */
export async function sideBySide<From, To>(
  items: readonly From[],
  atOnce: number,
  work: (item: From, index: number) => Promise<To>,
): Promise<To[]> {
  const results: PromiseSettledResult<To>[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    const some = items.slice(start, start + atOnce);
    results.push(...(await Promise.allSettled(some.map((item, offset) => work(item, start + offset)))));
    if (results.some(({ status }) => status === 'rejected')) break;
  }
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
