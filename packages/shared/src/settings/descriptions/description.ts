import type { SettingName } from '../settings.ts';

/** The roles of an orchestrator, and a worker. */
export type Reader = 'api' | 'planner' | 'worker';

export interface SettingDescription {
  /** In Markdown; links begin at `docs/`. */
  readonly does: string;
  /** What a value looks like, where the field itself can't say. */
  readonly format?: string;
  readonly example: string;
  /** Who goes by it, where that is not every process whose settings hold it. */
  readonly readBy?: readonly Reader[];
}

export type Descriptions<Name extends SettingName = SettingName> = Readonly<Record<Name, SettingDescription>>;
