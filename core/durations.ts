/**
 * How long the parts of a failover take that are not ours: the one place where these figures are
 * kept, for the expected RTO of a plan and for the simulated world alike. They are what AWS
 * documents or what is commonly seen, not promises: measure your own in a drill.
 */
export const typicalDurations = {
  /** Amazon RDS User Guide, Promoting a read replica: several minutes or longer, a reboot included. */
  promotionSeconds: 300,
  /** Amazon RDS User Guide, cross-Region read replicas: up to hours, by the size of the data. */
  replicaSeconds: 3600,
  /** Launch, boot, health checks; EC2 Auto Scaling documents no figure, 2 to 4 minutes are seen. */
  autoScalingSeconds: 180,
  /** Start of Fargate tasks and target registration: 60 to 120 s are seen, none is documented. */
  ecsSeconds: 90,
  /** Route 53 Developer Guide: interval (10 or 30 s) times threshold (3 by default), plus TTL. */
  healthCheckFlipSeconds: { min: 30, typical: 90, max: 150 },
  /** Route 53 API Reference, GetChange: changes usually reach all servers within 60 s. */
  route53ChangeSeconds: 60,
  /** TTL of alias records of Elastic Load Balancing: what a client keeps if the plan says none. */
  aliasTtlSeconds: 60,
} as const;
