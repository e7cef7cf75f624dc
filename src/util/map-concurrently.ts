/** Requests at the same time. Okta limits them for the whole org (documented: 15 to 75), and other runs send some too. */
const CONCURRENCY = 8;

/**
 * Works on all items, several at the same time, and each as soon as it can start.
 *
 * @returns the results, in the order of the items
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const takeTurns = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, takeTurns));
  return results;
}
