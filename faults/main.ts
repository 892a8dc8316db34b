/** Hurts Baton in every way the scenarios know, and exits 1 when it broke a promise. */
import { writeFileSync } from 'node:fs';
import { reportText } from './report-text.ts';
import { readArguments, usage, type RunArguments } from './run-arguments.ts';
import type { ScenarioReport } from './scenario/report.ts';
import { suite } from './suite.ts';

const EXIT_USAGE = 2;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function leave(problem: string): never {
  say(`${problem}\n\n${usage}`);
  process.exit(EXIT_USAGE);
}

function argumentsOrExit(): RunArguments {
  try {
    const given = readArguments(process.argv.slice(2), process.env);
    const unknown = given.scenarios.find((name) => !(name in suite));
    if (unknown === undefined) return given;
    throw new RangeError(`There is no scenario ${unknown}: give one of ${Object.keys(suite).join(', ')}.`);
  } catch (error) {
    return leave((error as Error).message);
  }
}

const given = argumentsOrExit();
const { seed, only, root, scenarios } = given;
const reports: ScenarioReport[] = [];
for (const [name, run] of Object.entries(suite)) {
  if (scenarios.length > 0 && !scenarios.includes(name)) continue;
  say(`${name}, seed ${seed}`);
  reports.push(await run({ seed, only, root, log: (line) => say(`  ${line}`) }, given));
}
if (given.json !== undefined) writeFileSync(given.json, JSON.stringify({ seed, reports }, null, 2));
process.stdout.write(`\n${reportText(reports)}`);
const cases = reports.reduce((sum, report) => sum + report.cases, 0);
if (cases === 0) say('no case was carried out');
// Sockets of what was killed may linger; there is nothing left to wait for.
process.exit(cases > 0 && reports.every(({ violations }) => violations.length === 0) ? 0 : 1);
