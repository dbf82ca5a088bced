// Asks a simulator of IAM what roles may do. Gets on standard input a list of requests,
// {role, policies, action, resource, context}, and answers with a list of what IAM would say: "Allowed",
// "ImplicitlyDenied", "ExplicitlyDenied", or "error: ...".
import { readFileSync } from 'node:fs'
import { runSimulation } from '@cloud-copilot/iam-simulate'

const ACCOUNT = '123456789012'

async function answer({ role, policies, action, resource, context }) {
  const answered = await runSimulation(
    {
      identityPolicies: policies.map((policy, index) => ({ name: `policy${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      request: {
        action,
        principal: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        resource: { accountId: ACCOUNT, resource },
        contextVariables: context,
      },
    },
    {},
  )
  return answered.resultType === 'error' ? `error: ${JSON.stringify(answered.errors)}` : answered.overallResult
}

const answers = []
for (const request of JSON.parse(readFileSync(0, 'utf8'))) {
  answers.push(await answer(request))
}
console.log(JSON.stringify(answers))
