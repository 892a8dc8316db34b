/** The same text for values that differ in the order of their fields alone. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, held: unknown) =>
    isObject(held) ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1))) : held,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
