import { customAlphabet } from 'nanoid';

const suffix = customAlphabet('0123456789abcdefghjkmnpqrstvwxyz', 20);

/** 100 random bits: never a bare integer, never a colon, safe in addresses and job ids. */
export function newGoalId(): string {
  return `goal_${suffix()}`;
}
