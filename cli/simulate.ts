import { join } from 'node:path';
import { packTemplate } from '../lab/template.ts';
import { patient } from '../lab/simulation/plans.ts';
import { scenarios } from '../lab/simulation/scenarios.ts';
import type { Setting } from '../lab/simulation/search/run-job.ts';
import { briskDurations } from '../lab/simulation/search/setting.ts';
import { oneOf, parseArguments, wholeNumber } from './args.ts';
import { huntCommand } from './bugs.ts';
import { onePlan } from './drill.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { protocolCommand } from './protocol.ts';
import { replay } from './replay.ts';
import { resilienceCommand } from './resilience.ts';
import { searchCommand, searchRequest } from './search.ts';
import { simulateHelp } from './simulate-help.ts';
import { modeOf, simulateOptions } from './simulate-modes.ts';

/** `failover simulate`. */
export const simulateCommand: Command = async (args, io) => {
  const { values, positionals } = parseArguments(args, simulateOptions);
  const { help, json = false, plan = '', replay: file = '', seed = '1', seeds } = values;
  if (help === true) {
    io.out(simulateHelp);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`found "${positionals.join(' ')}"; a scenario is given by --scenario.`);
  const mode = modeOf(Object.keys(values));
  const names = scenarios.map(({ name }) => name);
  const chosen = oneOf('--scenario', values.scenario, names);
  switch (mode) {
    case 'protocol':
      return protocolCommand(json, io);
    case 'bugs':
      return await huntCommand(await drillSetting(), json, io);
    case 'replay':
      return await replay(file, drillSetting, json, io);
    case 'plan':
      return await resilienceCommand(
        {
          ...{ planFile: plan, json },
          scenarios: chosen === undefined ? names : [chosen],
          seed: wholeNumber('--seed', seed),
          seeds: runsOfEach(seeds),
        },
        io,
      );
    case 'search': {
      const request = searchRequest({ ...values, seed }, chosen);
      return await searchCommand(await drillSetting(), request, json, io);
    }
  }
};

function runsOfEach(seeds = '20'): number {
  const count = wholeNumber('--seeds', seeds);
  if (count === 0) throw new UsageError('--seeds: found "0"; expected 1 or more with --plan.');
  return count;
}

const planFile = join(import.meta.dirname, '..', 'lab', 'plans', 'drill.yaml');

/** The drill's plan and stack, in a brisk world: what is searched. */
async function drillSetting(): Promise<Setting> {
  return {
    plan: patient(await onePlan(planFile)),
    template: await packTemplate(planFile),
    durations: briskDurations,
  };
}
