import type { Place } from '@baton/shared/ledger/goal-index';
import { ProblemError } from './problem.ts';

export function encodeCursor({ createdAt, goalId }: Place): string {
  return Buffer.from(`${createdAt}:${goalId}`).toString('base64url');
}

export function decodeCursor(cursor: string): Place {
  const [, createdAt, goalId] =
    /^(\d{1,16}):([\w-]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (createdAt === undefined || goalId === undefined) {
    const message = 'must be the nextCursor of an earlier page, unchanged';
    throw new ProblemError('invalid_request', `cursor: ${message}`, [{ path: 'cursor', message }]);
  }
  return { createdAt: Number(createdAt), goalId };
}
