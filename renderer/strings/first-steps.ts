/** The strip that leads through the first flow. */
export const firstStepStrings = {
  title: 'First steps',
  hide: 'Hide the first steps',
  done: 'done',
  steps: {
    flow: { title: 'Use a template', hint: 'It becomes a flow of your own.' },
    ping: { title: 'Ping the connections', hint: 'Sees that each system answers and what is allowed.' },
    dry: { title: 'Make a dry run', hint: 'Reads and maps everything, writes nothing.' },
    sheet: { title: 'Read the posting sheet', hint: 'Every document and cent that would be posted.' },
    post: { title: 'Post', hint: 'Only what the sheet says.' },
  },
};
