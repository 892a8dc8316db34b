import { isRight, type Trial } from './run-mutants.ts';

function shortened(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

function verdictOf(trial: Trial): string {
  const { mutant, found, error } = trial;
  if (error !== null) return 'not played';
  const names = [...new Set(found.map(({ invariant }) => invariant))];
  if (mutant === null) return isRight(trial) ? 'green' : `RED by ${names.join(', ')}`;
  if (isRight(trial)) return names.filter((name) => mutant.caughtBy.includes(name)).join(', ');
  return names.length === 0
    ? 'SURVIVED'
    : `SURVIVED ${mutant.caughtBy.join(', ')}; told by ${names.join(', ')}`;
}

/** One line as it happens, with what is wrong below it. */
export function trialLines(trial: Trial): string {
  const { mutant, scenario, found, error, seconds } = trial;
  const head = `${isRight(trial) ? 'ok  ' : 'FAIL'} ${mutant?.name ?? 'sound'} · ${scenario} · ${verdictOf(trial)} (${seconds.toFixed(1)} s)`;
  if (error !== null) return `${head}\n     ${error}`;
  const shown = isRight(trial) ? found.slice(0, 1) : found;
  return [
    head,
    ...shown.map(({ invariant, message }) => `     ${invariant}: ${shortened(message, 300)}`),
  ].join('\n');
}

/** Mutants, what each breaks, what caught it, seconds. */
export function trialTable(trials: readonly Trial[]): string {
  const rows = trials.flatMap((trial) => {
    const { mutant, seconds } = trial;
    return mutant === null ? [] : [[mutant.name, mutant.breaks, verdictOf(trial), seconds.toFixed(1)]];
  });
  const table = [['mutant', 'what it breaks', 'caught by', 's'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const controls = trials.filter(({ mutant }) => mutant === null);
  const green = controls.filter(isRight).length;
  const caught = trials.filter((trial) => trial.mutant !== null && isRight(trial)).length;
  return [
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    `${caught} of ${rows.length} mutants caught; ${green} of ${controls.length} scenarios green on the sound build`,
  ].join('\n');
}
