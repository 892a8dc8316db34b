import { collectEvidence } from '../evidence/collect.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { GoalClient } from '../evidence/goal-client.ts';
import { goalIdOf } from '../evidence/goal-of-delivery.ts';
import { LedgerReader } from '../evidence/ledger-reader.ts';
import { waitForQuiet } from '../evidence/quiet.ts';
import type { Lab } from '../lab/lab.ts';

/** What earlier sessions have left in the lab, and this one must not be judged by. */
interface Before {
  readonly goalIds: ReadonlySet<string>;
  readonly deliveries: number;
  readonly effects: number;
  /** Of the last call to the model. */
  readonly serial: number;
}

const nothing: Before = { goalIds: new Set(), deliveries: 0, effects: 0, serial: 0 };

const GOAL_ID = /goal_[0-9a-z]{20}/;

function goalIdIn(text: string): string {
  return GOAL_ID.exec(text)?.[0] ?? '';
}

/** One case's client of a lab that is used for many cases, and what was seen of this one. */
export class Session {
  readonly lab: Lab;
  readonly client: GoalClient;
  readonly #ledger: LedgerReader;
  readonly #before: Before;

  constructor(lab: Lab, before: Before = nothing) {
    this.lab = lab;
    this.client = new GoalClient({ urls: lab.apis.map(({ url }) => url ?? '') });
    this.#ledger = new LedgerReader(() => lab.redis.connection, lab.prefix);
    this.#before = before;
  }

  /** In a lab that earlier sessions have used. */
  static async open(lab: Lab): Promise<Session> {
    const ledger = new LedgerReader(() => lab.redis.connection, lab.prefix);
    const { calls } = await lab.emulator.calls();
    return new Session(lab, {
      goalIds: new Set((await ledger.keys(':goal:*')).map(goalIdIn)),
      deliveries: lab.sink.deliveries.length,
      effects: lab.effects().length,
      serial: calls.at(-1)?.serial ?? 0,
    });
  }

  /** Waits until nothing moves, at most so long, in ms, and takes down all there is to see. */
  async evidence(withinMs: number): Promise<Evidence> {
    const { client, lab } = this;
    const ledger = this.#ledger;
    const { deliveries } = lab.sink;
    const quiet = await waitForQuiet({ client, ledger, deliveries, withinMs });
    const { goalIds, serial } = this.#before;
    const isEarlier = (goalId: string): boolean => goalIds.has(goalId);
    const all = await collectEvidence({
      client,
      ledger,
      emulator: lab.emulator,
      deliveries,
      effects: lab.effects().slice(this.#before.effects),
      quiet,
      isEarlier,
    });
    return {
      ...all,
      listed: all.listed.filter(({ goalId }) => !goalIds.has(goalId)),
      // A sender that died after its webhook was taken has it sent again, into another session if need be.
      deliveries: all.deliveries
        .slice(this.#before.deliveries)
        .filter((delivery) => !goalIds.has(goalIdOf(delivery))),
      model: { ...all.model, calls: all.model.calls.filter((call) => call.serial > serial) },
      ledger: { ...all.ledger, keys: all.ledger.keys.filter((key) => !goalIds.has(goalIdIn(key))) },
    };
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
