import type { RegisteredApp } from '../app/app.ts';
import { appPath } from './apps.ts';
import type { Requests } from './requests.ts';

/** The client secrets of an org's apps. */
export interface Secrets {
  /** The secrets of an app in plain text, the active ones only. */
  clientSecrets(app: RegisteredApp): Promise<string[]>;
}

export function secrets({ readPages }: Requests): Secrets {
  return {
    clientSecrets: async (app) => {
      const path = `${appPath(app.id)}/credentials/secrets`;
      const list = await readPages(path, `read the client secret of the app "${app.label}"`, app);
      return list
        .filter(({ status }) => status === 'ACTIVE')
        .flatMap(({ client_secret: secret }) => (typeof secret === 'string' ? [secret] : []));
    },
  };
}
