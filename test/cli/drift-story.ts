import { createClientFactory } from '../../aws/clients.ts';
import { findDrift } from '../../aws/drift.ts';
import type { Runtime } from '../../aws/runtime.ts';
import { createDriftCommand } from '../../cli/drift.ts';
import type { DriftReport } from '../../core/drift/lines.ts';
import type { ObservedCall } from '../../lab/aws/intercept.ts';
import { answerFromWorld } from '../../lab/aws/intercept.ts';
import { scenarioNamed } from '../../lab/simulation/scenarios.ts';
import type { Setting } from '../../lab/simulation/search/run-job.ts';
import type { Simulated } from '../../lab/simulation/simulate.ts';
import { simulate } from '../../lab/simulation/simulate.ts';
import type { Stage } from '../../lab/simulation/stage.ts';
import { scheduleOf } from '../lab/simulation/setting.ts';
import { drillPlanFile } from '../lab/virtual/scene.ts';

/** What an operator's machine reaches of the simulated world: no fault of a story is in its way. */
export function operatorOf(
  { world, clock, account }: Stage,
  onCall: (call: ObservedCall) => void = () => undefined,
): Runtime {
  const refuse = async (): Promise<never> => {
    throw new Error('Nothing is asked of the network.');
  };
  return {
    clock,
    deadline: refuse,
    client: createClientFactory((client, region) => {
      answerFromWorld(client, region, world, onCall);
    }),
    network: {
      https: refuse,
      tcp: refuse,
      resolve: async (name) => [...world.routing.answersOf(name)],
    },
    environment: account.runtime.environment,
    log: { info: () => undefined, error: () => undefined },
    loadPlans: refuse,
  };
}

/** A whole story, with what drift says before anything happens and when all is over. */
export async function driftAround(
  setting: Setting,
  name: string,
): Promise<{ readonly before: DriftReport; readonly after: DriftReport; readonly run: Simulated }> {
  const story = scenarioNamed(name);
  const plan = story.plan === undefined ? setting.plan : story.plan(setting.plan);
  const seen: DriftReport[] = [];
  const look = async (stage: Stage): Promise<void> => {
    seen.push(await findDrift(operatorOf(stage), plan));
  };
  const scenario = {
    ...story,
    act: async (stage: Stage) => {
      await look(stage);
      await story.act(stage);
    },
  };
  const run = await simulate({ ...setting, plan, scenario, schedule: scheduleOf(name) });
  await look(run.stage);
  const [before, after] = seen;
  if (before === undefined || after === undefined) throw new Error('Drift was not looked for.');
  return { before, after, run };
}

/** Runs the command as an operator does, against what a story left. */
export async function driftCommandOn(stage: Stage, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    isTerminal: false,
    ask: async () => undefined,
  };
  const command = createDriftCommand(async () => operatorOf(stage));
  const status = await command([drillPlanFile, ...args], io);
  return { status, out, err };
}
