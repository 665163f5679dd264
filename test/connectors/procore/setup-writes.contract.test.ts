import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering } from './delivering.ts';
import { errorOf, practice, project, readProject, writing } from './support.ts';

describe('a project', () => {
  it('is made, found by its number also when it is no longer active, and changed', async () => {
    const { client } = await practice();
    const projects = writing(client, 'projects');
    const value: Fields = { name: 'Quay House', project_number: '2499', total_value: '1250000.50', city: 'Tacoma' };
    expect(await projects.find(value)).toEqual([]);
    const made = await projects.create(value);
    expect(made).toMatchObject({ number: '2499', status: 'Active' });
    await projects.update(made.id, { project_number: '2499', active: false });
    expect(await projects.find(value)).toMatchObject([
      { id: made.id, status: 'Inactive', value: { name: 'Quay House' } },
    ]);
  });

  it('sends values as JSON numbers and no field that only Procore sets', async () => {
    const { client, running } = await practice();
    await writing(client, 'projects').create({ name: 'Quay House', total_value: '0.10', is_demo: true, id: '7' });
    const sent = running.services.log.list({ method: 'POST', path: '/rest/v1.0/projects' })[0]?.body ?? '';
    expect(JSON.parse(sent)).toEqual({
      company_id: Number(running.fields.companyId),
      project: { name: 'Quay House', total_value: 0.1 },
    });
    expect(sent).toContain('0.10');
  });

  it('without a name, or with an unknown time zone, is refused in words that name the field', async () => {
    const { client } = await practice();
    const projects = writing(client, 'projects');
    await expect(projects.create({ project_number: '1' })).rejects.toMatchObject({
      fields: { name: "can't be blank" },
    });
    await expect(projects.create({ name: 'X', time_zone: 'Mars' })).rejects.toMatchObject({
      fields: { time_zone: 'is not included in the list' },
    });
  });

  it('that another integration owns keeps its origin id', async () => {
    const { client } = await practice();
    const projects = writing(client, 'projects');
    const made = await projects.create(
      { name: 'Owned', project_number: '2498', origin_id: 'ERP-1' },
      { writeOrigin: true },
    );
    const other = { project_number: '2498', origin_id: 'ERP-2' };
    await expect(projects.update(made.id, other, { writeOrigin: true })).rejects.toMatchObject({
      code: 'remote.conflict',
    });
    await projects.update(made.id, { ...other, city: 'Kent' });
    expect(await projects.find({ project_number: '2498' })).toMatchObject([
      { value: { origin_id: 'ERP-1', city: 'Kent' } },
    ]);
  });
});

describe('a vendor of a project', () => {
  it('is put there once', async () => {
    const { client, running } = await practice();
    const made = await writing(client, 'vendors').create({ name: 'Newcomer Ltd' });
    const onProject = writing(client, 'project-vendors');
    const value = { project_id: project.id, vendor_id: made.id };
    expect(await onProject.find(value)).toEqual([]);
    expect(await onProject.create(value)).toMatchObject({ id: made.id });
    expect(await onProject.find(value)).toMatchObject([{ id: made.id, editable: true }]);
    await expect(onProject.create(value)).rejects.toMatchObject({ code: 'remote.rejected' });
    const vendor = (await running.documents('vendors')).find(({ id }) => String(id) === made.id);
    expect(vendor?.project_ids).toEqual([project.id]);
  });

  it('that the company does not have is refused', async () => {
    const { client } = await practice();
    const value = { project_id: project.id, vendor_id: '1' };
    await expect(writing(client, 'project-vendors').create(value)).rejects.toMatchObject({ code: 'remote.notFound' });
    const nameless = { project_id: project.id, city: 'Kent' };
    expect((await errorOf(writing(client, 'project-vendors').create(nameless))).fields).toHaveProperty('vendor_id');
  });

  it('that is new is made in both directories at once, found by number or name, and changed there', async () => {
    const { client, running } = await practice();
    const onProject = writing(client, 'project-vendors');
    const value = { project_id: project.id, name: 'Newcomer Ltd', origin_code: 'V977', city: 'Kent' };
    expect(await onProject.find(value)).toEqual([]);
    const made = await onProject.create(value);
    expect(made).toMatchObject({ number: 'V977', value: { vendor_id: made.id, city: 'Kent' } });
    expect(await onProject.find(value)).toMatchObject([{ id: made.id }]);
    expect(await onProject.find({ project_id: project.id, name: 'newcomer LTD' })).toMatchObject([{ id: made.id }]);
    await onProject.update(made.id, { ...value, city: 'Tacoma', origin_id: 'ERP-1' }, { writeOrigin: true });
    const vendors = (await running.documents('vendors')).filter(({ name }) => name === 'Newcomer Ltd');
    expect(vendors).toMatchObject([{ city: 'Tacoma', origin_id: 'ERP-1', project_ids: [project.id] }]);
    const foreign = { ...value, origin_id: 'OTHER' };
    expect(await errorOf(onProject.update(made.id, foreign, { writeOrigin: true }))).toMatchObject({
      code: 'remote.conflict',
    });
  });

  it('that the company has by that name is put there, not made again, with the fields that were given', async () => {
    const { client, running } = await practice();
    const known = await writing(client, 'vendors').create({ name: 'Newcomer Ltd', city: 'Kent' });
    const made = await writing(client, 'project-vendors').create({
      project_id: project.id,
      name: 'Newcomer Ltd',
      city: 'Tacoma',
    });
    expect(made.id).toBe(known.id);
    const vendors = (await running.documents('vendors')).filter(({ name }) => name === 'Newcomer Ltd');
    expect(vendors).toMatchObject([{ city: 'Tacoma', project_ids: [project.id] }]);
  });

  it('whose answer was lost is posted once', async () => {
    const { client, running } = await practice({
      faults: [`cut=after;method=POST;times=1;path=/projects/${project.id}/vendors`],
    });
    const { post } = await delivering(client, 'project-vendors', { mode: 'upsert' });
    const record = { key: 'v977', value: { project_id: project.id, name: 'Newcomer Ltd', origin_code: 'V977' } };
    const statuses = [(await post('r1', [record]))[0]?.status, (await post('r2', [record]))[0]?.status];
    expect(statuses).toContain('posted');
    expect(running.services.log.list({ method: 'POST', path: '/vendors' })).toHaveLength(1);
    expect((await running.documents('vendors')).filter(({ name }) => name === 'Newcomer Ltd')).toHaveLength(1);
  });
});

describe('a cost code', () => {
  it('is made under its parent with its own segment, found by both, and changed', async () => {
    const { client } = await practice();
    const codes = writing(client, 'cost-codes');
    const division = await codes.create({ project_id: project.id, code: '97', name: 'Specials' });
    const value = { project_id: project.id, code: '100', name: 'Mock-up', parent_id: division.id };
    expect(await codes.find(value)).toEqual([]);
    const made = await codes.create(value);
    expect(made).toMatchObject({ number: '97-100' });
    expect(await codes.find(value)).toMatchObject([{ id: made.id }]);
    expect(await codes.find({ ...value, parent_id: null })).toEqual([]);
    await codes.update(made.id, { ...value, name: 'Mock-ups' });
    expect(await codes.find(value)).toMatchObject([{ value: { name: 'Mock-ups', full_code: '97-100' } }]);
  });

  it('that is there, or whose parent is not, is refused', async () => {
    const { client } = await practice();
    const codes = writing(client, 'cost-codes');
    const value = { project_id: project.id, code: '97', name: 'Specials' };
    await codes.create(value);
    await expect(codes.create(value)).rejects.toMatchObject({ fields: { code: 'has already been taken' } });
    await expect(codes.create({ ...value, code: '98', parent_id: '1' })).rejects.toMatchObject({
      fields: { parent_id: 'does not exist' },
    });
  });
});

describe('a budget code', () => {
  it('is made from cost code and cost type, and never a second time', async () => {
    const { client } = await practice();
    await writing(client, 'cost-codes').create({ project_id: project.id, code: '97', name: 'Specials' });
    const budget = writing(client, 'wbs-codes');
    const value = { project_id: project.id, flat_code: '97.S', description: 'Special subcontracts' };
    expect(await budget.find(value)).toEqual([]);
    const made = await budget.create(value);
    expect(made).toMatchObject({ number: '97.S', status: 'active', value: { description: 'Special subcontracts' } });
    const again = await budget.create({ ...value, description: 'Changed' });
    expect(again.id).toBe(made.id);
    expect(await budget.find(value)).toMatchObject([{ id: made.id, value: { description: 'Changed' } }]);
    await budget.update(made.id, { ...value, status: 'inactive' });
    expect(await budget.find(value)).toMatchObject([{ status: 'inactive' }]);
  });

  it.each([
    ['00-000.S', 'cost code “00-000”'],
    ['01-010.100.ZZ', 'cost type “ZZ”'],
  ])('%s is refused before anything is sent, because the project has no %s', async (flat, what) => {
    const { client, running } = await practice();
    const value = { project_id: project.id, flat_code: flat };
    await expect(writing(client, 'wbs-codes').create(value)).rejects.toMatchObject({
      code: 'data.badValue',
      message: expect.stringContaining(what),
    });
    expect(running.services.log.list({ method: 'POST', path: 'wbs_codes' })).toEqual([]);
  });
});

describe('a billing period', () => {
  const value: Fields = {
    project_id: project.id,
    start_date: '2031-01-01',
    end_date: '2031-01-31',
    due_date: '2031-02-05',
    status: 'open',
  };

  it('is made, found by its days, and closed', async () => {
    const { client } = await practice();
    const periods = writing(client, 'billing-periods');
    const made = await periods.create(value);
    await periods.update(made.id, { ...value, status: 'closed' });
    expect(await periods.find(value)).toMatchObject([{ id: made.id, status: 'closed' }]);
  });

  it('that overlaps, or lacks a day, is refused', async () => {
    const { client } = await practice();
    const periods = writing(client, 'billing-periods');
    await periods.create(value);
    await expect(periods.create({ ...value, start_date: '2031-01-31', end_date: '2031-02-28' })).rejects.toMatchObject({
      code: 'remote.rejected',
      message: expect.stringContaining('overlaps'),
    });
    await expect(periods.create({ ...value, start_date: '2032-01-01', end_date: null })).rejects.toMatchObject({
      fields: { end_date: "can't be blank" },
    });
  });
});

describe('ids that Procore embeds or leaves out', () => {
  it.each(['work-order-contracts', 'purchase-order-contracts'])('of %s are filled in', async (id) => {
    const { client } = await practice();
    const { records } = await readProject(client, id);
    expect(records.length).toBeGreaterThan(1);
    for (const { value } of records) {
      expect(value.project_id).toBe(project.id);
      expect(value.vendor_id).toBe((value.vendor as Fields).id);
    }
  });

  it.each([
    'change-order-packages',
    'prime-contracts',
    'payment-applications',
    'cost-codes',
    'wbs-codes',
    'project-vendors',
  ])('of %s say the project', async (id) => {
    const { client } = await practice();
    const { records } = await readProject(client, id);
    expect([...new Set(records.map(({ value }) => value.project_id))]).toEqual([project.id]);
  });
});
