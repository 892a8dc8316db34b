import type { Ledger } from './ledger.ts';

/** What a hash in Redis holds; a field that was never written is left out. */
export type Fields<Name extends string = string> = Readonly<Partial<Record<Name, string>>>;

/** Some fields of a hash; none of them when there is no such hash. */
export async function readFields<Name extends string>(
  { redis }: Pick<Ledger, 'redis'>,
  key: string,
  names: readonly Name[],
): Promise<Fields<Name>> {
  // Redis takes no empty list.
  const values = names.length === 0 ? [] : await redis.hmget(key, ...names);
  const written = names.flatMap((name, at) => (values[at] == null ? [] : [[name, values[at]] as const]));
  return Object.fromEntries(written) as Fields<Name>;
}

/** @param ms since the epoch. */
export function moment(ms: string | undefined): string | null {
  return ms === undefined ? null : new Date(Number(ms)).toISOString();
}
