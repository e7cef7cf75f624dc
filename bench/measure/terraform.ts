import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TOKEN } from '../../__tests__/support/okta.ts';
import { LABEL, REDIRECT_URI } from '../scenarios.ts';
import { CERTIFICATE, type BenchOrg } from './org.ts';
import { succeeded, type Ran } from './processes.ts';
import { inPreparedOrg, type Measured } from './runs.ts';

/** The binaries of Terraform and of its provider for Okta. */
export interface Binaries {
  terraform: string;
  provider: string;
}

/** A job for Terraform, about a web app with one redirect URI and one group, as the action makes it. */
export interface TerraformJob {
  name: string;
  /** Whether the app is there at first, and the state that tells of it. */
  exists: boolean;
  /** An argument of the app that it was made without. */
  more?: string;
  command: 'apply' | 'destroy';
  /** What the job has to write, as `METHOD path`; without it the job writes nothing. */
  write?: RegExp;
}

const STATE = 'terraform.tfstate';

/** The binaries that the environment variables TERRAFORM and OKTA_PROVIDER name, or `undefined` if one of them is missing. */
export function terraformBinaries(): Binaries | undefined {
  const { TERRAFORM: terraform, OKTA_PROVIDER: provider } = process.env;
  return terraform && provider ? { terraform: resolve(terraform), provider: resolve(provider) } : undefined;
}

/**
 * Makes the org and a folder of Terraform's what they are before a job.
 *
 * @param org with TLS, without which the provider sends nothing
 * @param scratch where the folder is made
 * @returns does the job; it can be called again and again
 */
export async function preparedTerraform(
  { terraform, provider }: Binaries,
  org: BenchOrg,
  scratch: string,
  { name, exists, more = '', command, write }: TerraformJob,
): Promise<() => Promise<Omit<Measured, 'peak'>>> {
  const folder = mkdtempSync(join(scratch, 'terraform-'));
  const file = (path: string): string => join(folder, path);
  const env = environmentOf(org, folder);
  const run = (...args: string[]): Promise<Ran> => succeeded(terraform, [`-chdir=${folder}`, ...args], env);
  const carryOut = (verb: TerraformJob['command']): Promise<Ran> =>
    run(verb, '-auto-approve', '-input=false', '-no-color');

  writeFileSync(env.TF_CLI_CONFIG_FILE, cliConfiguration(provider));
  writeFileSync(file('main.tf'), configuration());
  const { text: schema } = await run('providers', 'schema', '-json');
  // Older providers read an app's users and groups with the app, and remove groups that are assigned beside it, unless told not to.
  const skips = ['skip_users', 'skip_groups'].filter((argument) => schema.includes(`"${argument}"`));
  const settings = skips.map((argument) => `${argument} = true`);
  await org.ask({ do: 'clear', prefix: LABEL });
  writeFileSync(file('main.tf'), configuration(settings));
  if (exists) await carryOut('apply');
  await org.ask({ do: 'save', label: LABEL });
  const state = exists ? readFileSync(file(STATE)) : undefined;

  writeFileSync(file('main.tf'), configuration([...settings, more]));
  return async () => {
    rmSync(file(STATE), { force: true });
    if (state) writeFileSync(file(STATE), state);
    const took = await inPreparedOrg(org, `Terraform, ${name}`, () => carryOut(command));
    const writes = took.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
    const isDone = write ? writes.some((text) => write.test(text)) : writes.length === 0;
    if (!isDone) throw new Error(`Terraform, ${name}: it wrote ${writes.join(', ') || 'nothing'}.`);
    return took;
  };
}

/** The version of Terraform, and the one with which the provider has introduced itself in its requests. */
export async function versionsOf(
  { terraform }: Binaries,
  requests: Measured['requests'],
): Promise<{ terraform: string; provider: string }> {
  const { text } = await succeeded(terraform, ['version', '-json'], { CHECKPOINT_DISABLE: '1' });
  const { terraform_version } = JSON.parse(text) as { terraform_version: string };
  const [provider] = requests.flatMap(({ agent = '' }) => /okta-terraform\/([\w.-]+)/.exec(agent)?.[1] ?? []);
  return { terraform: terraform_version, provider: provider ?? 'of unknown version' };
}

/** Nothing but what Terraform needs. It asks nobody for a newer version of itself. */
function environmentOf(org: BenchOrg, folder: string) {
  const { host } = new URL(org.tlsUrl ?? '');
  // The provider puts a dot between the two.
  const [name = '', ...domain] = host.split('.');
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TF_CLI_CONFIG_FILE: join(folder, 'cli.tfrc'),
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    SSL_CERT_FILE: CERTIFICATE,
    OKTA_ORG_NAME: name,
    OKTA_BASE_URL: domain.join('.'),
    OKTA_API_TOKEN: TOKEN,
  };
}

/** Takes the provider from its folder: nothing is installed, so that no run takes time for its checksum either. */
function cliConfiguration(provider: string): string {
  return `provider_installation {
  dev_overrides {
    "okta/okta" = ${JSON.stringify(dirname(provider))}
  }
  direct {}
}
`;
}

/** @param settings more arguments of the app */
function configuration(settings: readonly string[] = []): string {
  return `terraform {
  required_providers {
    okta = {
      source = "okta/okta"
    }
  }
}

data "okta_group" "team" {
  name = "Team 1"
}

resource "okta_app_oauth" "app" {
  label          = "${LABEL}"
  type           = "web"
  grant_types    = ["authorization_code"]
  response_types = ["code"]
  redirect_uris  = ["${REDIRECT_URI}"]
  ${settings.join('\n  ')}
}

resource "okta_app_group_assignment" "team" {
  app_id   = okta_app_oauth.app.id
  group_id = data.okta_group.team.id
}
`;
}
