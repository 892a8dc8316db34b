/** What comes first by `before`, in O(log n); of equals either. */
export interface BinaryHeap<Item> {
  push(item: Item): void;
  peek(): Item | undefined;
  pop(): Item | undefined;
}

/** @param before whether the first is to come before the second. */
export function binaryHeap<Item>(before: (one: Item, other: Item) => boolean): BinaryHeap<Item> {
  const items: Item[] = [];
  const at = (place: number): Item => items[place] as Item;

  function rise(item: Item): void {
    let place = items.length - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(item, at(parent))) break;
      items[place] = at(parent);
      place = parent;
    }
    items[place] = item;
  }

  function sink(item: Item): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(at(child + 1), at(child))) child += 1;
      if (!before(at(child), item)) break;
      items[place] = at(child);
      place = child;
    }
    items[place] = item;
  }

  return {
    push(item) {
      items.push(item);
      rise(item);
    },
    peek: () => items[0],
    pop() {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0) sink(last as Item);
      return first;
    },
  };
}
