/** Whose AWS the embedded server is: nobody's. The account is that of LocalStack and moto's examples too. */
export const accountId = '000000000000'
export const region = 'us-east-1'

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`
}
