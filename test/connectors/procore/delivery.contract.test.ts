import { afterEach, describe, expect, it } from 'vitest';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering, practice, project, writing } from './practice.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('a division of cost codes', () => {
  const division: Fields = { project_id: project.id, code: '97', name: 'Specials', parent_id: null };

  it('is posted once although it has no parent, and its children beside it', async () => {
    const { client } = await practice(stops);
    const codes = writing(client, 'cost-codes');
    const { post } = await delivering(client, 'cost-codes');
    const [made] = await post('r1', [{ key: '97', value: division }]);
    expect(made).toMatchObject({ status: 'posted', target: { number: '97' } });
    const child = { ...division, name: 'Mock-up', parent_id: made?.target?.id ?? '' };
    expect((await post('r1', [{ key: '97-97', value: child }]))[0]).toMatchObject({
      status: 'posted',
      target: { number: '97-97' },
    });
    expect((await post('r2', [{ key: '97', value: division }]))[0]?.status).toBe('skipped');
    expect(await codes.find(division)).toHaveLength(1);
    expect(await codes.find({ ...division, parent_id: '' })).toHaveLength(1);
  });
});
