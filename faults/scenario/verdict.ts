import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batonDirectory } from '../../scripts/paths.mjs';
import { check } from '../checker/check.ts';
import type { Expectations, Violation } from '../checker/violation.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Lab } from '../lab/lab.ts';
import type { ScenarioViolation } from './report.ts';

/** What a case is known by in reports, and what repeats it. */
export interface CaseIdentity {
  readonly scenario: string;
  readonly name: string;
  readonly repeat: string;
}

type Found = Omit<Violation, 'invariant'> & { readonly invariant: string };

/**
 * What the checker says of a case that was carried out; what was seen is kept in a file, with the lab's logs.
 * @param complaints what the checker can't see
 */
export function judge(
  lab: Lab,
  identity: CaseIdentity,
  evidence: Evidence,
  expectations: Expectations,
  complaints: readonly string[] = [],
): ScenarioViolation[] {
  const found: Found[] = [
    ...check(evidence, expectations),
    ...complaints.map((message) => ({ invariant: 'case', message })),
  ];
  return found.length === 0 ? [] : reported(lab, identity, found, evidence);
}

/** A case that could not be carried out. */
export function notCarriedOut(lab: Lab | null, identity: CaseIdentity, error: Error): ScenarioViolation[] {
  return reported(lab, identity, [{ invariant: 'case', message: error.message }], null);
}

function reported(
  lab: Lab | null,
  { scenario, name, repeat }: CaseIdentity,
  found: readonly Found[],
  evidence: Evidence | null,
): ScenarioViolation[] {
  const folder = join(batonDirectory, 'faults', scenario, name.replaceAll(/[^\w.-]+/g, '_'));
  mkdirSync(folder, { recursive: true });
  for (const program of lab?.programs ?? []) {
    writeFileSync(join(folder, `${program.role}-${program.place}.log`), program.output());
  }
  const seen = { found, repeat, evidence };
  writeFileSync(join(folder, 'evidence.json'), JSON.stringify(seen, null, 1));
  return found.map(({ invariant, goalId = null, message }) => ({
    case: name,
    invariant,
    goalId,
    message,
    repeat,
  }));
}
