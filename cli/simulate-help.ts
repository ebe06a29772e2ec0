import { scenarios } from '../lab/simulation/scenarios.ts';
import { faultWords } from './fault-layers.ts';

/** Where no scenario is chosen, pairs are tried of this one: nobody accepted two writers in it. */
export const PAIRS_OF = 'outage-fenced';

/** What `failover simulate --help` prints. */
export const simulateHelp = `Breaks every call of the workflow in every way, in virtual time, and checks the promises
after every event. The real state machine, functions and adapters run against a simulated world.

Examples
  failover simulate                              everything: about 20 minutes on two cores
  failover simulate --scenario outage --faults single,events
  failover simulate --faults random --seeds 5000 --budget 5m
  failover simulate --replay replays/S1-outage.json
  failover simulate --bugs                       checks the checker
  failover simulate --plan plans/shop.yaml       what a plan of yours withstands: a report
  failover simulate --protocol                   the model of lock, fence and promotion: seconds

Options of a search
  --scenario NAME   only this one (default: all of them); also with --plan
  --faults WHAT     one or more of ${faultWords.join(',')} (default all);
                    pairs are those of one scenario (default ${PAIRS_OF})
  --every N         only every Nth single fault, event and second fault (default 1: all)
  --seed N          decides every delay and the random walks (default 1); also with --plan
  --seeds N         how many random walks (default 2000); with --plan runs a scenario (20)
  --budget TIME     ends after this long and says what was covered, as in 90s or 5m
  --json            one JSON document on stdout, nothing else; fits everything

Instead of a search
  --bugs            puts each bug of a catalogue into the product: the invariants must find it
  --plan FILE       plays the scenarios under this plan as it is, and prints a report (Markdown);
                    then breaks the outage once, and if a human is asked, outage-approved, by
                    single faults: some hundred runs more, unless neither of them is chosen
  --replay FILE     runs the schedule of a replay file and prints its timeline
  --protocol        visits every state of the protocol's model, and prints what holds in it

Scenarios
${scenarios.map(({ name, summary }) => `  ${name.padEnd(28)}${summary}`).join('\n')}

Exit status: 0 no promise was broken; 1 one was, something was never reached, or a replay did
not do what its file says; 2 wrong usage; 130 Ctrl-C, and no promise was broken so far.`;
