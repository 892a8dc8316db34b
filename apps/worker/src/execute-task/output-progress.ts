import type { StepCaller } from '@baton/shared/model/journaled-llm';

export interface OutputProgress {
  readonly message: string;
  /** That models have written for this run of the task. */
  readonly outputCharacters: number;
}

/** ms between two tellings at the least. */
const INTERVAL = 2_000;
/** The interval grows with the time since the first text, so that a day's writing is told some 150 times. */
const SHARE_OF_ELAPSED = 0.05;

/**
 * Tells how much models have written while they write: nothing of a task whose calls take no two seconds, and of a longer one
 * no more than once in two seconds. What was lost is taken back.
 * @param now ms of a clock that never goes back.
 */
export function tellingOutput(
  caller: StepCaller,
  tell: (progress: OutputProgress) => void,
  now: () => number = () => performance.now(),
): StepCaller {
  let begunAt: number | null = null;
  let toldAt = 0;
  let characters = 0;

  function wrote(length: number): void {
    const at = now();
    toldAt = begunAt === null ? at : toldAt;
    begunAt ??= at;
    characters += length;
    if (at - toldAt < Math.max(INTERVAL, (at - begunAt) * SHARE_OF_ELAPSED)) return;
    toldAt = at;
    tell({ message: `${characters} characters written`, outputCharacters: characters });
  }

  return {
    call(request, options) {
      let ofThisCall = 0;
      const isVoid = (): void => {
        characters -= ofThisCall;
        ofThisCall = 0;
      };
      return caller.call(request, {
        ...options,
        onText(delta) {
          ofThisCall += delta.length;
          wrote(delta.length);
          options.onText?.(delta);
        },
        onLost() {
          isVoid();
          options.onLost?.();
        },
        onVoid() {
          isVoid();
          options.onVoid?.();
        },
      });
    },
  };
}
