/** Takes the items one after the other in so many lanes, each with its own number, counting from 0. Rejects with the first error. */
export async function inLanes<T extends object>(
  count: number,
  items: readonly T[],
  take: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const run = async (lane: number): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await take(item, lane);
  };
  await Promise.all(Array.from({ length: count }, (_, lane) => run(lane)));
}
