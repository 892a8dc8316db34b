import type { ErrorCode } from 'bullmq';

/** Waits for a BullMQ command; a refusal for one of these reasons counts as done. */
export async function unless(reasons: readonly ErrorCode[], command: Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && reasons.some((reason) => reason === error.code)))
      throw error;
  }
}
