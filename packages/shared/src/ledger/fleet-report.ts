import { goalStatusSchema, type GoalStatus } from '../contract/goal-status.ts';
import type { Ledger } from './ledger.ts';

/** A process that is not scraped for so long, in ms, tells the fleet's metrics no more. */
const REPORT_TIME = 90_000;

/** True for the one process that may tell the fleet's metrics now; to be asked at each scrape. */
export async function takeFleetReport(ledger: Ledger, who: string): Promise<boolean> {
  return (await ledger.run('takeWatch', [ledger.keyspace.fleetReporter], [who, REPORT_TIME])) === 1;
}

/** Lets the next process that is scraped take over. */
export async function leaveFleetReport(ledger: Ledger, who: string): Promise<void> {
  await ledger.run('leaveWatch', [ledger.keyspace.fleetReporter], [who]);
}

/** Goals whose status is read in one look. */
export const MOST_LOOKED_AT = 2_000;

/** Open goals by status; where there are more than `most`, reckoned from as many of them, taken at random. */
export async function countOpenGoals(
  ledger: Ledger,
  most: number = MOST_LOOKED_AT,
): Promise<ReadonlyMap<GoalStatus, number>> {
  const args = [most, ledger.goal('').goal];
  const reply = (await ledger.run('countStatuses', [ledger.keyspace.openGoals], args)) as [
    number,
    ...(string | number)[],
  ];
  const [open, ...counted] = reply;
  const share = Math.max(1, open / most);
  const counts = new Map<GoalStatus, number>();
  for (let at = 0; at < counted.length; at += 2)
    counts.set(goalStatusSchema.parse(counted[at]), Math.round(Number(counted[at + 1]) * share));
  return counts;
}
