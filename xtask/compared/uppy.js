import Uppy from "@uppy/core";
import AwsS3 from "@uppy/aws-s3";

globalThis.made = [Uppy, AwsS3];
