import { page, workflowsOf } from './recipes.ts';

export const readme = page('README.md');

/** The workflows of the README, by name. */
export const workflows = workflowsOf(readme);
