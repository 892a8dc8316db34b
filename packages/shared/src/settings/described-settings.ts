import type { Reader, SettingDescription } from './descriptions/description.ts';
import { chapters } from './descriptions.ts';
import { factsOf, type FieldFacts } from './field-facts.ts';
import { settingFields, type SettingName } from './settings.ts';

/** Whatever is configured by a variable of the environment. */
export interface DescribedVariable extends FieldFacts {
  readonly name: string;
  readonly does: string;
  readonly example: string;
  /** Who reads it. */
  readonly readers: readonly Reader[];
}

/** Every setting under the heading of its chapter, in the order in which they are documented. */
export function describedSettings(): ReadonlyMap<string, readonly DescribedVariable[]> {
  return new Map(
    Object.entries(chapters).map(([heading, chapter]) => [
      heading,
      (Object.entries(chapter) as [SettingName, SettingDescription][]).map(([name, said]) => ({
        ...describe(name, said),
        readers: readersOf(name, said),
      })),
    ]),
  );
}

function describe(name: SettingName, { does, example, format }: SettingDescription) {
  const { takes, fallback } = factsOf({ ...settingFields.orchestrator, ...settingFields.worker }[name]);
  return { name, does, example, takes: format ?? takes, fallback };
}

function readersOf(name: SettingName, { readBy }: SettingDescription): readonly Reader[] {
  return readBy ?? holdersOf(name);
}

/** The processes whose settings hold it. */
export function holdersOf(name: SettingName): readonly Reader[] {
  return [
    ...(name in settingFields.orchestrator ? (['api', 'planner'] as const) : []),
    ...(name in settingFields.worker ? (['worker'] as const) : []),
  ];
}
