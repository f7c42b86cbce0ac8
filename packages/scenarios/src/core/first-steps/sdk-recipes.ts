/** Where S3 is, for a recipe: literal values, or the templates of a chaos.yaml. */
export interface RecipeValues {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** How to lead the S3 traffic of one SDK or tool through the injector. */
export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** Environment variables; Gameday sets the AWS_ ones for a target that it starts. */
  readonly env: Readonly<Record<string, string>>;
  /** What to change where the environment is not enough; empty where it is. */
  readonly code: string;
  readonly notes: readonly string[];
}

/** Every SDK of AWS reads these. */
function aws({ endpoint, region, accessKeyId, secretAccessKey }: RecipeValues): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

const BY_ADDRESS = 'Buckets are addressed in the path by themselves, as the endpoint is an IP address.';

/** In the order in which they are shown. Sources: the SDKs' own pages on service-specific endpoints. */
export function recipes(values: RecipeValues): readonly Recipe[] {
  return [
    {
      id: 'javascript',
      title: 'JavaScript and TypeScript (@aws-sdk/client-s3 3.x)',
      env: aws(values),
      code: '',
      notes: [BY_ADDRESS, 'Code that sets endpoint itself overrides the variable: take it from AWS_ENDPOINT_URL_S3.'],
    },
    {
      id: 'python',
      title: 'Python (boto3 1.28 and newer)',
      env: aws(values),
      code: '# older than 1.28:\nboto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"])',
      notes: [BY_ADDRESS],
    },
    {
      id: 'go',
      title: 'Go (aws-sdk-go-v2)',
      env: aws(values),
      code: 'cfg, err := config.LoadDefaultConfig(ctx) // reads the variables\nclient := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })',
      notes: ['Version 1 of the SDK does not read AWS_ENDPOINT_URL_S3: set aws.Config.Endpoint from it.'],
    },
    {
      id: 'java',
      title: 'Java (AWS SDK 2.28 and newer)',
      env: aws(values),
      code: '// older than 2.28:\nS3Client.builder().endpointOverride(URI.create(System.getenv("AWS_ENDPOINT_URL_S3"))).forcePathStyle(true)',
      notes: [BY_ADDRESS],
    },
    {
      id: 'rclone',
      title: 'rclone (a remote called chaos: made by variables alone)',
      env: {
        RCLONE_CONFIG_CHAOS_TYPE: 's3',
        RCLONE_CONFIG_CHAOS_PROVIDER: 'Other',
        RCLONE_CONFIG_CHAOS_ENDPOINT: values.endpoint,
        RCLONE_CONFIG_CHAOS_REGION: values.region,
        RCLONE_CONFIG_CHAOS_ACCESS_KEY_ID: values.accessKeyId,
        RCLONE_CONFIG_CHAOS_SECRET_ACCESS_KEY: values.secretAccessKey,
        RCLONE_CONFIG_CHAOS_FORCE_PATH_STYLE: 'true',
      },
      code: 'rclone copy ./backup chaos:my-bucket',
      notes: ['As a workload step: command: rclone copy ./backup chaos:my-bucket'],
    },
    {
      id: 'terraform',
      title: 'Terraform and OpenTofu (AWS provider 5.x, S3 backend)',
      env: aws(values),
      code: [
        'provider "aws" {',
        '  s3_use_path_style           = true',
        '  skip_credentials_validation = true',
        '  skip_requesting_account_id  = true',
        '  skip_metadata_api_check     = true',
        '}',
        'terraform {',
        '  backend "s3" {',
        '    use_path_style              = true',
        '    skip_credentials_validation = true',
        '    skip_requesting_account_id  = true',
        '  }',
        '}',
      ].join('\n'),
      notes: ['Only S3 is here: resources of other services still go to AWS, so keep them out of the rehearsal.'],
    },
  ];
}

/** A recipe as a person reads it. */
export function describeRecipe({ title, env, code, notes }: Recipe): string {
  const exports = Object.entries(env).map(([name, value]) => `  export ${name}=${value}`);
  const lines = code === '' ? [] : ['', ...code.split('\n').map((line) => `  ${line}`)];
  return [title, ...exports, ...lines, ...notes.map((note) => `  # ${note}`), ''].join('\n');
}
