#pragma once

#include "dlcore/autograd.h"
#include "dlcore/build_info.h"
#include "dlcore/nn.h"
#include "dlcore/ops.h"
#include "dlcore/random.h"
#include "dlcore/tensor.h"
#include "dlcore/threads.h"
