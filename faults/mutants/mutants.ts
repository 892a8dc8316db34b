/**
 * Bugs that are planted to see that the fault suite finds them.
 *
 * 1. The product holds no code for this: each bug is an edit of the sources of a private copy, built apart and thrown away.
 * 2. A bug is switched on by being built. An edit whose text is not in the sources exactly once has lost its aim, and is an error.
 * 3. Each bug breaks one promise, at a moment that its scenario brings about, and must be told by an invariant named beforehand.
 * 4. The same scenario must be green on the sound build, else what it says of a mutant is worth nothing.
 */
import type { Mutant } from './mutant.ts';
import { callBugs } from './planted/call-bugs.ts';
import { clientBugs } from './planted/client-bugs.ts';
import { flowBugs } from './planted/flow-bugs.ts';
import { ledgerBugs } from './planted/ledger-bugs.ts';

export const mutants: readonly Mutant[] = [...ledgerBugs, ...callBugs, ...flowBugs, ...clientBugs];
