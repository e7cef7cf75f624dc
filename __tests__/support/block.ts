import { parse } from 'yaml';
import { expandText } from './expressions.ts';
import type { ActionRun } from './runner.ts';
import type { Inputs } from './runs.ts';

/** The `with:` block that a run with `state: read` has written into its summary, as text. */
export function blockText({ rawSummary }: ActionRun): string {
  return /```+yaml\n([\s\S]*?)\n```/.exec(rawSummary)?.[1] ?? '';
}

/** The inputs of that block, as GitHub gives them to a step. */
export function blockOf(run: ActionRun): Inputs {
  const { with: inputs } = parse(blockText(run)) as { with: Inputs };
  return Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, expandText(value, {})]));
}
