/** What the conformance suite must know of Procore. */
import type { ConformanceProfile } from '../../../connectors/kit/conformance.ts';

export const profile: ConformanceProfile = {
  read: {
    resource: 'requisitions',
    path: '/rest/v1.1/requisitions',
    paged: true,
    scopePath: '/rest/v1.1/requisitions?project_id=562949955100014',
  },
  secret: 'clientSecret',
  tokens: true,
};
