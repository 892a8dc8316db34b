import type { BatonClient } from '../client.ts';
import type { ReadSettings } from '../settings.ts';
import type { TextInput } from '../view/text-input.ts';
import type { TextOutput } from '../view/text-output.ts';

/** What the process brings to every command. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: TextInput;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Aborted by an `Interruption`. */
  readonly signal: AbortSignal;
  /** Ms since the epoch. */
  readonly now: () => number;
}

/** What a command that asks a server acts on. */
export interface ServerContext extends Surroundings {
  readonly client: BatonClient;
  /** Where the server is, for what is no call of its API. `base` ends with "/". */
  readonly server: Pick<ReadSettings, 'base' | 'authorization'>;
  /** Flags that another `baton` needs to ask the same server, or an empty text. */
  readonly sameServer: string;
}

/** Work of a command; resolves to the exit code. `Given` is what Commander hands to an action. */
type Work<Context, Given extends unknown[]> = (context: Context, ...given: Given) => Promise<number>;
type Action<Given extends unknown[]> = (...given: Given) => Promise<void>;

/** Makes Commander's actions of work. */
export interface Actions {
  /** For a command that needs no server. */
  here<Given extends unknown[]>(work: Work<Surroundings, Given>): Action<Given>;
  /** For a command with {@link urlOption}. */
  onServer<Given extends unknown[]>(work: Work<ServerContext, Given>): Action<Given>;
}
