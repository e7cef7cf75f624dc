import { page, workflowsOf } from './recipes.ts';

export const readme = page('README.md');
export const previewsPage = page('docs/previews.md');

/** The workflows of the README, by name. */
export const workflows = workflowsOf(readme);

/** Those of docs/previews.md. */
export const previews = workflowsOf(previewsPage);
