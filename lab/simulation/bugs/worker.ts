import { parentPort, workerData } from 'node:worker_threads';
import { loadWithBug, templateWithBug } from './apply.ts';
import { bugs } from './catalogue.ts';

// A thread of the hunt. The bug has to be there before the product is loaded: nothing of the
// product may be imported above, not even by way of another file.
Error.stackTraceLimit = 0;
const given: unknown = workerData;
const id: unknown = Reflect.get(Object(given), 'bug');
const bug = bugs.find((each) => each.id === id);
const waiting = bug === undefined ? new Set<string>() : loadWithBug(bug);

const { Setting } = await import('./setting.ts');
const { huntInThread } = await import('./hunt-in-thread.ts');
const setting = Setting.parse(Reflect.get(Object(given), 'setting'));
if (waiting.size > 0) {
  throw new Error(`Bug ${bug?.id ?? ''}: ${[...waiting].join(', ')} is not loaded by any run.`);
}
const template = bug === undefined ? setting.template : templateWithBug(setting.template, bug);
// Without a bug everything is run: what shows a bug must show nothing where there is none.
const where = bug?.where ?? bugs.flatMap((each) => each.where);
parentPort?.postMessage(await huntInThread({ ...setting, template }, where, bug?.killedBy ?? []));
